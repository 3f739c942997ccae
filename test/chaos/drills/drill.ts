import { setTimeout as sleep } from 'node:timers/promises';
import type { Crowd, CrowdOptions } from '../stage/crowd.js';
import type { Random } from '../stage/random.js';
import type { Scene, SceneOptions } from '../stage/scene.js';
import type { Stroke } from '../stage/strokes.js';

/** How much of a drill is played. */
export interface Size {
  /** At least so many orders are bought ... */
  readonly orders: number;
  /** ... and so many strokes fall ... */
  readonly strokes: number;
  /** ... and so long it lasts. */
  readonly minMs: number;
}

/** What a drill needs while it is played. */
export interface Play {
  readonly scene: Scene;
  readonly crowd: Crowd;
  readonly random: Random;
  readonly size: Size;
}

export interface Drill {
  readonly number: number;
  readonly title: string;
  readonly stage: SceneOptions;
  readonly crowd?: Partial<CrowdOptions>;
  /** Of the short form. */
  readonly short: Omit<Size, 'minMs'>;
  /** Of the long form, where its time does not ask for more. */
  readonly long?: Omit<Size, 'minMs'>;
  /** Product types whose lines must end `failed`, kind `unknown`. */
  readonly mustFail?: readonly string[];
  /** Breaks things while orders are bought. Resolves when all buyers have their orders. */
  play(play: Play): Promise<void>;
  /** What speaks against this drill in particular, also that it did not hit anything; empty: nothing. */
  objections?(play: Play): Promise<string[]>;
}

/** Lets one stroke fall after another, at random moments, while orders are bought. */
export async function strikeWhileBuying({ scene, crowd, random, size }: Play, strokes: readonly Stroke[], pauseMs: { readonly least: number; readonly most: number }): Promise<void> {
  const endsAtMs = performance.now() + size.minMs;
  let fallen = 0;
  let bought = false;
  const buying = crowd.buy(() => fallen >= size.strokes && performance.now() >= endsAtMs).finally(() => (bought = true));
  for (let turn = 0; !bought; turn += 1) {
    await Promise.race([buying, sleep(random.between(pauseMs.least, pauseMs.most))]);
    if (bought) break;
    const stroke = strokes[turn % strokes.length];
    await stroke?.(scene, random);
    fallen += 1;
    // Buyers who wait for the answer of a process that is gone are given their time in the end.
    if (fallen >= size.strokes && performance.now() >= endsAtMs && crowd.hasEnough) break;
  }
  await scene.mend();
  await buying;
}
