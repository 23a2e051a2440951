import { defineConfig } from 'vitest/config'

// The scripts that sit at a browser; `go test ./test/web` starts the service for them. One at a time: a browser has no fewer wishes than two processors.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'], environment: 'node', fileParallelism: false, testTimeout: 180_000, hookTimeout: 180_000, reporters: ['verbose'],
    onConsoleLog: () => true,
  },
})
