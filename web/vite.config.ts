import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// Browsers of five years ago are still in use in offices.
export default defineConfig({
  plugins: [react()],
  build: { target: 'chrome88', chunkSizeWarningLimit: 1500 },
  test: { include: ['src/**/*.test.{ts,tsx}'], environment: 'happy-dom', environmentOptions: { happyDOM: { url: 'http://localhost/' } } },
  server: { proxy: { '/api': process.env.MILEPOST_API ?? 'http://127.0.0.1:8080' } },
})
