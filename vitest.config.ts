import { defineConfig } from 'vitest/config'

// One process, threads, no isolation: module state is never relied on between tests (see CONTRIBUTING.md).
export default defineConfig({
  test: {
    pool: 'threads',
    isolate: false,
    setupFiles: ['test/leaked-threads.ts'],
    include: ['src/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
