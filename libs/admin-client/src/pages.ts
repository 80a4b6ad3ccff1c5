/** One page of a list; `nextCursor` is `null` on the last. */
export interface Page {
  readonly nextCursor: string | null;
}

/** All pages of a list, one request each, as they are asked for. */
export async function* pagesOf<Of extends Page>(
  fetchPage: (cursor: string | undefined) => Promise<Of>,
): AsyncGenerator<Of, void, undefined> {
  for (let cursor: string | undefined; ;) {
    const page = await fetchPage(cursor);
    yield page;
    // A cursor that does not move on would have us ask for ever.
    if (page.nextCursor === null || page.nextCursor === cursor) return;
    cursor = page.nextCursor;
  }
}
