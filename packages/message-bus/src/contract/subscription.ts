/** Somebody who listens, consumes or responds. */
export interface Subscription extends AsyncDisposable {
  readonly id: string
  /** Pattern, queue or topic. */
  readonly topic: string
  readonly closed: boolean
  /**
   * No new message is taken. A handler that is running goes on, may still acknowledge, and hears of it by its
   * signal (events and questions). A second call does nothing.
   */
  close(): Promise<void>
}

/** What `publish` and `send` answer. */
export interface Published {
  readonly id: string
  /** The id was seen within the window: nothing was added. */
  readonly duplicate: boolean
}
