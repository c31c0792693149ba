const MODULE = /\.(?:[cm]?[jt]s|[jt]sx)$/i
const TEST = /(?:^|\/)(?:__tests__|tests?|specs?|e2e|__mocks__)\/|[.-](?:test|spec|e2e|bench)\.[cm]?[jt]sx?$/i

/** Whether a file of this name is a module of JavaScript or TypeScript, generated ones left out. */
export const isModule = (path: string): boolean => MODULE.test(path) && !/\.min\.[cm]?js$/i.test(path)

/** Whether a module is there to test others, judged by its name. */
export const isTest = (path: string): boolean => TEST.test(path)
