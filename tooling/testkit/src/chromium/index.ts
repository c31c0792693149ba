export type { Browser, BrowserContext, Page } from 'playwright-core'
export { startChromium } from './start-chromium.ts'
