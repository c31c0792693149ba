import { describe, expect, it } from 'vitest'
import { CLOSED, type Moment } from './breaker-record.ts'
import { Sightings } from './sightings.ts'

const showing = (opening: Moment | null, ...probes: Moment[]) => ({ ...CLOSED, opening, probes })

describe('sightings', () => {
  it('believe a time between the last look and this one', () => {
    const sightings = new Sightings()
    const opening = { id: 'o', at: 150 }
    sightings.look(showing(opening), 100, 200)
    expect(sightings.timeOf(opening, 500)).toBe(150)
  })

  it('take a time before the last look for that look, and one to come for now', () => {
    const sightings = new Sightings()
    const [early, late] = [
      { id: 'e', at: -1e9 },
      { id: 'l', at: 1e15 },
    ]
    sightings.look(showing(early, late), 100, 200)
    expect(sightings.timeOf(early, 500)).toBe(100)
    expect(sightings.timeOf(late, 500)).toBe(200)
  })

  it('stay with the first sight', () => {
    const sightings = new Sightings()
    const late = { id: 'l', at: 1e15 }
    sightings.look(showing(null, late), 100, 200)
    sightings.look(showing(null, late), 200, 300)
    expect(sightings.timeOf(late, 500)).toBe(200)
  })

  it('forget what is no longer shown', () => {
    const sightings = new Sightings()
    const late = { id: 'l', at: 1e15 }
    sightings.look(showing(null, late), 100, 200)
    sightings.look(showing(null), 200, 300)
    expect(sightings.timeOf(late, 500)).toBe(500)
  })

  it('follow a clock that is set back', () => {
    const sightings = new Sightings()
    const opening = { id: 'o', at: 1000 }
    sightings.look(showing(opening), Number.NEGATIVE_INFINITY, 1000)
    expect(sightings.timeOf(opening, 400)).toBe(400)
    expect(sightings.timeOf(opening, 900)).toBe(400)
  })
})
