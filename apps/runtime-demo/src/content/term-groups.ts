import type { KeyTerm, TermGroup } from './key-term.ts'

const MAX_GROUPS = 6
const MAX_TERMS_OF_GROUP = 6
/** Terms that share less than this of their passages have little to do with one another. */
const CLOSE_ENOUGH = 0.12

type Cluster = readonly KeyTerm[]

/** The cosine of the two terms' passages: 1 when they always occur together, 0 when they never do. */
function closeness(a: KeyTerm, b: KeyTerm): number {
  const others = new Set(b.passages)
  const shared = a.passages.filter((passage) => others.has(passage)).length
  return shared / Math.sqrt(a.passages.length * b.passages.length)
}

const between = (a: Cluster, b: Cluster): number =>
  a.flatMap((one) => b.map((other) => closeness(one, other))).reduce((sum, value) => sum + value, 0) /
  (a.length * b.length)

const weightOf = (cluster: Cluster): number => cluster.reduce((sum, { weight }) => sum + weight, 0)

/** The closest two clusters that may become one. */
function closestPair(clusters: readonly Cluster[]): readonly [number, number] | undefined {
  let best: readonly [number, number] | undefined
  let closest = CLOSE_ENOUGH
  for (const [i, one] of clusters.entries()) {
    for (const [offset, other] of clusters.slice(i + 1).entries()) {
      if (one.length + other.length > MAX_TERMS_OF_GROUP) continue
      const value = between(one, other)
      if (value > closest) [closest, best] = [value, [i, i + 1 + offset]]
    }
  }
  return best
}

/**
 * Groups terms by the passages that they share: agglomerative clustering with average linkage, until nothing is close
 * or a group is full. The weightiest groups, and in each the weightiest term first. Pure.
 */
export function groupTerms(terms: readonly KeyTerm[]): TermGroup[] {
  let clusters: Cluster[] = terms.map((term) => [term])
  for (let pair = closestPair(clusters); pair !== undefined; pair = closestPair(clusters)) {
    const [i, j] = pair
    const merged = [...clusters[i]!, ...clusters[j]!].sort((a, b) => b.weight - a.weight)
    clusters = clusters
      .map((cluster, index) => (index === i ? merged : cluster))
      .filter((_, index) => index !== j)
  }
  return clusters
    .sort((a, b) => weightOf(b) - weightOf(a))
    .slice(0, MAX_GROUPS)
    .map((cluster) => ({ name: cluster[0]!.term, terms: [...cluster] }))
}
