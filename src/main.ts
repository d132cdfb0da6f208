import { readConfig } from './app/config.ts'
import { serveUntilStopped } from './app/serve.ts'

await serveUntilStopped(readConfig())
