import Sequencer from '@jest/test-sequencer';

/** The files that take longest. Begun last, one of them would leave the other worker without work. */
const LONGEST = [
  'packages/service/test/workers/worker-pool.ci-spec.ts',
  'packages/nestjs-thrift/test/interop/kitex.ci-spec.ts',
  'web/test/browser/pictures-rows.ci-spec.ts',
  'web/test/browser/pictures-tasks.ci-spec.ts',
  'web/test/browser/pictures-entry.ci-spec.ts',
  'web/test/browser/details.ci-spec.ts',
  'web/test/browser/account.ci-spec.ts',
  'gateway/test/e2e/schemathesis.ci-spec.ts',
  'test/infrastructure/persistence/mongoose/mongoose-store.ci-spec.ts',
  'test/e2e/embedded-faults.ci-spec.ts',
  'packages/nestjs-thrift/test/package/package.ci-spec.ts',
  'test/e2e/lifecycle.ci-spec.ts',
  'gateway/test/durability/sweeps.ci-spec.ts',
  'web/test/browser/accounts-in-one-tab.ci-spec.ts',
  'web/test/browser/real-gateway.ci-spec.ts',
  'test/repository/kubernetes.ci-spec.ts',
  'test/interop/example-client.ci-spec.ts',
  'test/e2e/restore-drill.ci-spec.ts',
];

/** Jest knows how long files took from earlier runs, and a bare machine has none. */
export default class LongestFirst extends (Sequencer.default ?? Sequencer) {
  sort(tests) {
    const rankOf = ({ path }) => {
      const rank = LONGEST.findIndex((file) => path.endsWith(`/${file}`));
      return rank < 0 ? LONGEST.length : rank;
    };
    return super.sort(tests).toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}
