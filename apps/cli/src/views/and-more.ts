/** What is left out of a list that names the first few. */
export function andMore(count: number): readonly string[] {
  return count > 0 ? [`and ${count.toLocaleString('en')} more`] : [];
}
