import type { SharedState } from './shared-state.js';

/** A state and the mark by which a later write finds out whether it is still the same. */
export interface StoredState {
  readonly state: SharedState;
  readonly version: string;
}

/** All dependencies at one moment of the store's own clock. */
export interface Reading {
  readonly nowMs: number;
  readonly states: ReadonlyMap<string, StoredState>;
}

/** What replicas share. It decides nothing: it reads, and writes only over what was read. */
export interface StateStore {
  readonly kind: 'redis' | 'postgresql';
  read(): Promise<Reading>;
  /** False when somebody else wrote since. `version` null: there was nothing. */
  write(dependency: string, state: SharedState, version: string | null): Promise<boolean>;
}
