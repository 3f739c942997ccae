import { Injectable } from '@nestjs/common';
import { CatalogDatabase } from '../catalog.database.js';
import { StaleVersionError } from '../courses/course.errors.js';
import { rolloutFrom, type RolloutDocument } from './rollout.document.js';
import { RolloutRefusedError } from './rollout.errors.js';
import { ADD_VERSION, KNOWN_PARTNERS, SWITCH, VERSIONS, type VersionRow } from './rollout.statements.js';

/** A rollout as it was written once; no version is ever changed. */
export interface RolloutVersion {
  /** From 1. */
  readonly version: number;
  readonly document: RolloutDocument;
  readonly actor: string;
  readonly reason: string;
  readonly createdAt: Date;
}

/** Who changes it, and why. */
export interface RolloutChangedBy {
  readonly actor: string;
  readonly reason: string;
}

const MOST_TRIES = 100;

/** Which courses use this service. Every process reads it from the database, so a change counts at once and for all. */
@Injectable()
export class Rollout {
  constructor(private readonly database: CatalogDatabase) {}

  /** Null: none was ever written. */
  async current(): Promise<RolloutVersion | null> {
    const [newest] = await this.database.prepared<VersionRow>(VERSIONS, [1, null]);
    return newest ? versionFrom(newest) : null;
  }

  /** Every change, newest first: at most `limit` from before a version (null: from the newest). */
  async history(limit: number, beforeVersion: number | null): Promise<{ items: RolloutVersion[]; nextBeforeVersion: number | null }> {
    const rows = await this.database.prepared<VersionRow>(VERSIONS, [limit + 1, beforeVersion]);
    const items = rows.slice(0, limit).map(versionFrom);
    return { items, nextBeforeVersion: rows.length > limit ? (items.at(-1)?.version ?? null) : null };
  }

  /**
   * Replaces the rollout. Of two who change the same version, one is refused.
   *
   * @param ifVersion what is replaced; 0 stands for none yet.
   * @throws {RolloutRefusedError} when a rule names a partner that there is not.
   * @throws {StaleVersionError} when another version is the newest by now.
   */
  async change(document: RolloutDocument, { ifVersion, actor, reason }: RolloutChangedBy & { readonly ifVersion: number }): Promise<RolloutVersion> {
    await this.requirePartners(document);
    const [added] = await this.database.prepared<VersionRow>(ADD_VERSION, [ifVersion, JSON.stringify(document), actor, reason]);
    if (added) return versionFrom(added);
    throw new StaleVersionError((await this.current())?.version ?? 0);
  }

  /** Turns the one switch, and leaves the newest rules as they are, whoever changes them at the same moment. */
  async switchTo(enabled: boolean, { actor, reason }: RolloutChangedBy): Promise<RolloutVersion> {
    // Without a row somebody else has just written his: the next try sees it.
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const [added] = await this.database.prepared<VersionRow>(SWITCH, [enabled, actor, reason]);
      if (added) return versionFrom(added);
    }
    throw new Error(`The rollout was changed ${MOST_TRIES} times while it was switched.`);
  }

  /** @throws {RolloutRefusedError} naming every rule whose partner is unknown. */
  async requirePartners({ rules }: RolloutDocument): Promise<void> {
    const codes = [...new Set(rules.map(({ partner }) => partner).filter((partner) => partner !== null))];
    if (codes.length === 0) return;
    const known = new Set((await this.database.prepared<{ code: string }>(KNOWN_PARTNERS, [codes])).map(({ code }) => code));
    const problems = rules.flatMap(({ partner }, index) => (partner === null || known.has(partner) ? [] : [{ pointer: `/rules/${index}/partner`, detail: 'is no partner of this catalog' }]));
    if (problems.length > 0) throw new RolloutRefusedError(problems);
  }
}

function versionFrom({ version, document, actor, reason, created_at }: VersionRow): RolloutVersion {
  return { version: Number(version), document: rolloutFrom(document), actor, reason, createdAt: created_at };
}
