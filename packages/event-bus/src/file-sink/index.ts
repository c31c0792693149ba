export { type FileSink, type FileSinkOptions, openFileSink } from './file-sink.ts'
export { readEvents } from './read-events.ts'
