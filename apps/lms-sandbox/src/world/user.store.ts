import { UserSchema, type User } from './world.schema.js';

/** The LMS's accounts, found by name and by address. */
export class UserStore {
  private readonly byName = new Map<string, User>();
  private readonly byEmail = new Map<string, User>();
  private lastId = 0;

  find(username: string): User | undefined {
    return this.byName.get(username);
  }

  findByEmail(email: string): User | undefined {
    return this.byEmail.get(email);
  }

  /**
   * Adds an account, or changes the named fields of the one with this name.
   *
   * @throws {z.ZodError} when the result is no complete account.
   */
  upsert(fields: { readonly username: string } & Readonly<Record<string, unknown>>): User {
    const { id, ...known } = this.byName.get(fields.username) ?? { id: ++this.lastId };
    const user: User = { ...UserSchema.parse({ ...known, ...fields }), id };
    const former = this.byName.get(user.username);
    if (former !== undefined && former.email !== user.email) this.byEmail.delete(former.email);
    this.byName.set(user.username, user);
    this.byEmail.set(user.email, user);
    return user;
  }

  all(): readonly User[] {
    return [...this.byName.values()];
  }
}
