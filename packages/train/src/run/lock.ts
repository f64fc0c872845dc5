import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { D2vError } from '@d2v/core';

/** Another process is working on the run. */
export class RunLockedError extends D2vError {
  override name = 'RunLockedError';
  readonly owner: LockOwner;

  constructor(path: string, owner: LockOwner) {
    const elsewhere = owner.host !== hostname();
    super(`${path}: process ${owner.pid} on ${owner.host} has been working on this run since ${owner.since}`, {
      hint: elsewhere
        ? `if that process is gone, delete ${path}`
        : 'wait for it or end it, or choose another folder with --out',
    });
    this.owner = owner;
  }
}

export interface LockOwner {
  readonly pid: number;
  readonly host: string;
  /** ISO 8601. */
  readonly since: string;
  /** When the process started, in the system's own unit, where the system tells: a pid alone may be reused. */
  readonly started?: string;
}

/**
 * Takes a run's lock file, so that no two processes write one run. A lock whose process on this machine is dead is
 * taken over; whether a process on another machine lives cannot be told, so its lock is respected.
 *
 * @returns what releases the lock
 * @throws RunLockedError when a living process, or one on another machine, holds it
 */
export function acquireLock(path: string): () => void {
  const owner: LockOwner = {
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    started: startOf(process.pid),
  };
  const text = `${JSON.stringify(owner)}\n`;
  const mine = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  // A link appears with its content, all or nothing, and fails when the name is taken.
  writeFileSync(mine, text);
  try {
    while (!link(mine, path)) {
      const holder = read(path);
      if (holder === undefined) continue;
      if (alive(holder.owner)) throw new RunLockedError(path, holder.owner);
      if (takeOver(path, holder.text, mine)) break;
    }
  } finally {
    rmSync(mine, { force: true });
  }
  return () => {
    if (read(path)?.text === text) rmSync(path, { force: true });
  };
}

/**
 * Puts `mine` in the place of a dead process's lock. Of several processes that found it dead one may do so at a time,
 * and only while the dead one's lock is still there.
 */
function takeOver(path: string, dead: string, mine: string): boolean {
  let release: () => void;
  try {
    release = acquireLock(`${path}.takeover`);
  } catch (error) {
    if (!(error instanceof RunLockedError)) throw error;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5); // another one is at it
    return false;
  }
  try {
    if (read(path)?.text !== dead) return false;
    renameSync(mine, path);
    return true;
  } finally {
    release();
  }
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function read(path: string): { text: string; owner: LockOwner } | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return { text, owner: JSON.parse(text) as LockOwner };
  } catch (cause) {
    throw new D2vError(`${path} is no lock file of d2v`, { hint: 'delete it if nothing works on this run', cause });
  }
}

function alive(owner: LockOwner): boolean {
  if (owner.host !== hostname()) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return owner.started === startOf(owner.pid);
}

/** Start time of a process on Linux (field 22 of /proc/PID/stat); absent elsewhere. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
