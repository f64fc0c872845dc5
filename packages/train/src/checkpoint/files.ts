import { mkdir, open, readdir, rename, rm, statfs } from 'node:fs/promises';

/** The file operations of a checkpoint store; a test may put a full disk in their place. */
export interface CheckpointFiles {
  makeFolder(path: string): Promise<void>;
  /** Names in a folder, none when there is no such folder. */
  list(path: string): Promise<string[]>;
  /** Writes a new file; on return its content is on the disk, not only in the system's cache. */
  write(path: string, chunks: Iterable<Uint8Array>): Promise<void>;
  read(path: string): Promise<Uint8Array>;
  /** The content piece by piece, each valid until the next. */
  stream(path: string): AsyncIterable<Uint8Array>;
  /** Atomic. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Brings a folder's own entries (new and renamed files) to the disk. */
  syncFolder(path: string): Promise<void>;
  /** Bytes that are free where `path` lies; undefined when the system does not tell. */
  freeBytes(path: string): Promise<number | undefined>;
}

const PIECE = 16 * 1024 * 1024;

/** The disk. */
export const diskFiles: CheckpointFiles = {
  async makeFolder(path) {
    await mkdir(path, { recursive: true });
  },

  async list(path) {
    return readdir(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
  },

  async write(path, chunks) {
    const file = await open(path, 'wx');
    try {
      for (const chunk of chunks) {
        for (let at = 0; at < chunk.length;) {
          at += (await file.write(chunk.subarray(at, at + PIECE))).bytesWritten;
        }
      }
      await file.sync();
    } finally {
      await file.close();
    }
  },

  // In pieces, since one read of Node.js ends at 2 GiB.
  async read(path) {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const bytes = new Uint8Array(size);
      for (let at = 0; at < size;) {
        const { bytesRead } = await file.read(bytes, at, Math.min(PIECE, size - at), at);
        if (bytesRead === 0) throw new Error(`${path} became shorter while it was read`);
        at += bytesRead;
      }
      return bytes;
    } finally {
      await file.close();
    }
  },

  async *stream(path) {
    const file = await open(path, 'r');
    try {
      const piece = new Uint8Array(PIECE);
      for (;;) {
        const { bytesRead } = await file.read(piece, 0, PIECE);
        if (bytesRead === 0) return;
        yield piece.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  },

  rename,

  async remove(path) {
    await rm(path, { recursive: true, force: true });
  },

  async syncFolder(path) {
    if (process.platform === 'win32') return; // a folder cannot be opened there
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },

  async freeBytes(path) {
    return statfs(path).then(
      ({ bavail, bsize }) => bavail * bsize,
      () => undefined,
    );
  },
};
