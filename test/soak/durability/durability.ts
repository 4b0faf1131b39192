import { setTimeout as delay } from 'node:timers/promises';
import type { FaultControl } from '@tasks/testing/faults';
import type { Random } from '../random.js';
import type { ServiceUnderTest } from './service-under-test.js';

/** What happens to the process: killed and started again; stopped and continued; the clock of the day jumps. */
export type Disruption = 'kill' | 'stop' | 'clock';

/** Calls of a round before the disruption. */
const CALLS = { min: 30, max: 300 };
/** Stops, or jumps of the clock, in a round. */
const REPETITIONS = 3;
const STOP_MS = { min: 20, max: 300 };

export interface DurabilityOptions {
  readonly disruption: Disruption;
  readonly rounds: number;
  readonly random: Random;
  /** Shifts the clock of the service. */
  readonly clock?: FaultControl | undefined;
  /** Greatest distance from the right time. */
  readonly clockShiftS: number;
  /** Ends the run after the round in progress. */
  readonly signal?: AbortSignal;
  readonly onRound?: (round: number) => void;
}

export interface DurabilityResult {
  rounds: number;
  /** Histories that no correct service has, and damaged files. */
  readonly wrong: string[];
  /** Of the last end by SIGTERM. */
  exitCode: number | null;
}

/** Lets clients call a service that is disrupted in each round, and compares all answers with a model. */
export async function disrupt(service: ServiceUnderTest, options: DurabilityOptions): Promise<DurabilityResult> {
  const { disruption, rounds, signal, onRound } = options;
  const result: DurabilityResult = { rounds: 0, wrong: [], exitCode: null };
  await service.start();
  while (result.rounds < rounds && signal?.aborted !== true) {
    const load = new Load(service, options.random);
    if (disruption === 'kill') await kill(service, load, result.wrong);
    else {
      for (let n = 0; n < REPETITIONS; n++) {
        await load.busy();
        if (disruption === 'stop') await stopAndContinue(service, options);
        else jump(options);
      }
      await load.end();
    }
    result.rounds++;
    const wrong = await service.check();
    result.wrong.push(...wrong.map((problem) => `round ${String(result.rounds)}: ${problem}`));
    onRound?.(result.rounds);
  }
  service.signal('SIGTERM');
  result.exitCode = await service.ended();
  service.verifyFiles();
  return result;
}

async function kill(service: ServiceUnderTest, load: Load, wrong: string[]): Promise<void> {
  await load.busy();
  service.signal('SIGKILL');
  await load.end();
  await service.ended();
  try {
    service.verifyFiles();
  } catch (error) {
    wrong.push(String(error));
  }
  await service.start();
}

async function stopAndContinue(service: ServiceUnderTest, { random }: DurabilityOptions): Promise<void> {
  service.signal('SIGSTOP');
  await delay(random.integer(STOP_MS.min, STOP_MS.max));
  service.signal('SIGCONT');
}

function jump({ random, clock, clockShiftS }: DurabilityOptions): void {
  clock?.set({ clockShiftS: random.integer(-clockShiftS, clockShiftS) });
}

/** Clients that call until they get no answer, or are ended. */
class Load {
  readonly #random: Random;
  readonly #lanes: Promise<unknown>;
  #isEnding = false;
  #answered = 0;
  #awaited = Infinity;
  #reached: () => void = () => undefined;

  constructor(service: ServiceUnderTest, random: Random) {
    this.#random = random;
    this.#lanes = Promise.all(
      service.lanes().map(async (lane) => {
        while (!this.#isEnding && (await lane())) if (++this.#answered >= this.#awaited) this.#reached();
      }),
    );
  }

  /** Resolves after some more calls, or when no client calls any more. */
  async busy(): Promise<void> {
    this.#awaited = this.#answered + this.#random.integer(CALLS.min, CALLS.max);
    const reached = new Promise<void>((resolve) => (this.#reached = resolve));
    await Promise.race([reached, this.#lanes]);
  }

  /** Resolves when no call is under way. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#lanes;
  }
}
