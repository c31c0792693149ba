import type { BreakerRecord, Moment } from './breaker-record.ts'

/**
 * When moments that other processes noted were by the clock of this one. Clocks disagree, and are set; so what another
 * process wrote is believed only within what was seen here: not before the last look that did not show it, nor after
 * the first that did. (As Kubernetes' leader election measures a lease from when it was observed.)
 */
export class Sightings {
  #times = new Map<string, number>()

  /** By our clock, and never later than now: a clock set back must not keep a breaker open. */
  timeOf(moment: Moment, now: number): number {
    const time = this.#times.get(moment.id) ?? moment.at
    if (time <= now) return time
    this.#times.set(moment.id, now)
    return now
  }

  /** Looks at a record that is now the one that counts. @param last when we looked before */
  look(record: BreakerRecord, last: number, now: number): void {
    const moments = record.opening ? [record.opening, ...record.probes] : record.probes
    const times = moments.map(({ id, at }): [string, number] => [
      id,
      this.#times.get(id) ?? Math.min(Math.max(at, last), now),
    ])
    this.#times = new Map(times)
  }
}
