import { PUBLICATION_STATUSES, type Publication, type PublicationFigures, type PublicationPage, type PublicationPosition, type PublicationStatus, type Publications } from '#catalog';

const LENGTH = 100;
const PAGE = 1_000;
const UNPUBLISHED = PUBLICATION_STATUSES.filter((status) => status !== 'published');

export interface PublicationList {
  /** Oldest requests first. */
  readonly items: readonly Publication[];
  /** There are more of the kind than these. */
  readonly more: boolean;
  readonly figures: PublicationFigures;
}

/** The oldest of one status; of none: of all that are not published. */
export async function listOldest(publications: Pick<Publications, 'list' | 'figures'>, status: PublicationStatus | null): Promise<PublicationList> {
  const statuses = status === null ? UNPUBLISHED : [status];
  const pages = await Promise.all(statuses.map((one) => publications.list({ status: one }, LENGTH, null)));
  // One that is taken up between two of the questions is in two of the answers.
  const found = new Map(pages.flatMap((page) => page.publications.map((publication) => [publication.courseId, publication] as const)));
  const items = [...found.values()].sort((one, other) => one.requestedAt.getTime() - other.requestedAt.getTime());
  return { items: items.slice(0, LENGTH), more: items.length > LENGTH || pages.some(({ next }) => next !== null), figures: await publications.figures() };
}

/** Every course whose publication failed. */
export async function allFailed(publications: Pick<Publications, 'list'>): Promise<Publication[]> {
  const found: Publication[] = [];
  let after: PublicationPosition | null = null;
  do {
    const page: PublicationPage = await publications.list({ status: 'failed' }, PAGE, after);
    found.push(...page.publications);
    after = page.next;
  } while (after !== null);
  return found;
}
