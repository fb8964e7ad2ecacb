import { defineConfig } from 'vitest/config'

// One process, threads, no isolation: module state is never relied on between tests (see CONTRIBUTING.md).
export default defineConfig({
  test: {
    pool: 'threads',
    isolate: false,
    setupFiles: ['test/leaked-threads.ts'],
    include: ['src/**/*.test.ts'],
    // What ends a test that hangs, not a budget: real documents on a machine that does other work take minutes.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
})
