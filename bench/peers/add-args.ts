import { IsOptional, IsString, Length, MaxLength } from 'class-validator';

/** The arguments of `add` with the rules of the service, for the peers that validate. */
export class AddArgs {
  @IsString()
  @Length(1, 256)
  userId!: string;

  @IsOptional()
  @IsString()
  @MaxLength(4_096)
  name!: string;
}
