import { setTimeout as delay } from 'node:timers/promises';
import { Controller, Injectable, Module, UseGuards, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { INestMicroservice } from '@nestjs/common';
import {
  parseSchema,
  ThriftException,
  ThriftMethod,
  ThriftServer,
  type ThriftContext,
  type ThriftServerOptions,
} from 'nestjs-thrift';
import { ThriftExplorer, ThriftExplorerModule, type ThriftExplorerOptions } from '../../src/index.js';

const INCLUDED: Readonly<Record<string, string>> = {
  'parcels.thrift': `
include "depots.thrift"

struct Parcel {
  1: required string code,
  2: optional depots.Depot from
}
`,
  'depots.thrift': `
enum Country { FRANCE = 33, NORWAY = 47 }

/** Where parcels are packed. */
struct Depot {
  1: required Country country
}
`,
};

/** A contract with a bit of everything. */
export const BOOKSHOP = parseSchema(
  `
include "parcels.thrift"

const i32 MAX_LIMIT = 50

enum Genre {
  /** Stories. */
  NOVEL = 1,
  POETRY = 2,
  /** Nothing but the truth. */
  SCIENCE = 3
}

struct Price {
  1: required i64 cents,
  2: required string currency = "EUR"
}

/** A book that the shop sells. */
struct Book {
  /** 13 digits. */
  1: required string isbn,
  2: required string title,
  3: optional list<string> authors,
  4: optional Genre genre,
  5: optional Price price,
  /** Books that people buy with it; see \`find\`. */
  6: optional list<Book> related,
  7: optional binary cover
}

struct Line {
  1: required string isbn,
  2: i32 copies = 1
}

/** How an order is paid. */
union Payment {
  /** The number of an invoice. */
  1: string invoice,
  2: i64 voucher
}

struct Order {
  1: required i64 number,
  2: required Price total,
  3: optional parcels.Parcel parcel
}

/** The shop has fewer copies than were ordered. */
exception OutOfStock {
  1: required string isbn,
  2: i32 left
}

/** A small bookshop. */
service Bookshop {
  /** Books whose title has the text, the best match first. A \`Book\` names its authors. */
  list<Book> find(
    /** Part of a title; empty finds all books. */
    1: required string text,
    /** Only books of this genre. */
    2: Genre genre,
    /** The greatest number of books, up to 50. */
    3: i32 limit = 10
  )

  /** Orders books, which are sent the same day. */
  Order order(
    1: required list<Line> lines,
    2: required Payment payment
  ) throws (
    /** Some of it is not there. */
    1: OutOfStock outOfStock
  )

  /** Prices by the numbers of vouchers. */
  map<i64, Price> vouchers(1: set<i64> numbers)

  /** Counts a visit. */
  oneway void visit(1: string page)

  /** The names of the caller's headers, and its deadline. */
  string caller()

  /** Answers after this time. */
  void wait(1: i32 milliseconds)

  /** Empties the shop. */
  void clear()
}
`,
  'bookshop.thrift',
  { include: (path) => INCLUDED[path] ?? '' },
);

const BOOKS = [
  {
    isbn: '9780141439600',
    title: 'A Tale of Two Cities',
    authors: ['Charles Dickens'],
    genre: 1,
    price: { cents: 899n, currency: 'EUR' },
  },
  {
    isbn: '9780140449334',
    title: 'The City of God',
    authors: ['Augustine'],
    genre: 3,
    price: { cents: 2_499n, currency: 'EUR' },
  },
];

/** Rejects the header that says so: guards apply to calls of the explorer as to all others. */
@Injectable()
class BannedGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return !context.switchToRpc().getContext<ThriftContext>().headers.has('banned');
  }
}

/** Called with the page of each visit. */
export const visits: string[] = [];

@Controller()
@UseGuards(BannedGuard)
class BookshopController {
  @ThriftMethod('Bookshop', 'find')
  find({ text, genre }: { text: string; genre?: number }): object {
    const wanted = text.toLowerCase();
    return BOOKS.filter((book) => book.title.toLowerCase().includes(wanted) && (genre ?? book.genre) === book.genre);
  }

  @ThriftMethod('Bookshop', 'order')
  order({ lines }: { lines: readonly { isbn: string; copies: number }[] }): object {
    const [first = { isbn: '', copies: 0 }] = lines;
    if (first.copies > 3) throw new ThriftException('OutOfStock', { isbn: first.isbn, left: 3 });
    return { number: 2n ** 60n, total: { cents: BigInt(first.copies) * 899n, currency: 'EUR' } };
  }

  @ThriftMethod('Bookshop', 'vouchers')
  vouchers({ numbers }: { numbers: ReadonlySet<bigint> }): object {
    return new Map([...numbers].map((number) => [number, { cents: 500n, currency: 'EUR' }]));
  }

  @ThriftMethod('Bookshop', 'visit')
  visit({ page }: { page: string }): void {
    visits.push(page);
  }

  @ThriftMethod('Bookshop', 'caller')
  caller(_args: object, { headers }: ThriftContext): string {
    return [...headers].map(([name, value]) => `${name}=${value}`).join(' ');
  }

  @ThriftMethod('Bookshop', 'wait')
  async wait({ milliseconds }: { milliseconds: number }, { signal }: ThriftContext): Promise<void> {
    await delay(milliseconds, undefined, { signal });
  }

  @ThriftMethod('Bookshop', 'clear')
  clear(): void {
    throw new Error('nobody may');
  }
}

/** The bookshop with its explorer, on free ports. */
export class Bookshop {
  readonly server: ThriftServer;
  readonly #app: INestMicroservice;
  readonly #explorer: ThriftExplorer;

  private constructor(server: ThriftServer, app: INestMicroservice) {
    this.server = server;
    this.#app = app;
    this.#explorer = app.get(ThriftExplorer);
  }

  static async open(
    options: Partial<ThriftExplorerOptions> = {},
    serverOptions: Partial<ThriftServerOptions> = {},
  ): Promise<Bookshop> {
    const server = new ThriftServer({ idl: BOOKSHOP, host: '127.0.0.1', port: 0, ...serverOptions });
    const explorer = ThriftExplorerModule.register({ server, port: 0, ...options });
    @Module({ imports: [explorer], controllers: [BookshopController] })
    class BookshopModule {}
    const app = await NestFactory.createMicroservice(BookshopModule, {
      strategy: server,
      logger: false,
      abortOnError: false,
    });
    await app.listen();
    return new Bookshop(server, app);
  }

  /** The origin of the explorer, without a slash at its end. */
  get origin(): string {
    const url = this.#explorer.url ?? '';
    return url.slice(0, -1);
  }

  get port(): number {
    return Number(new URL(this.origin).port);
  }

  async close(): Promise<void> {
    await this.#app.close();
  }
}
