// SPDX-License-Identifier: MIT
import { computed, effect, signal } from '@preact/signals';
import { askAsGuest, fetchMe, register, signIn, signOut, type Answer, type Fault, type SignIn } from '../api';
import type { Hello } from '../socket/client';
import type { Refusal, User } from '../socket/protocol';
import { block, fetchBlocked, unblock } from './account_api';
import { inventName, isPlausibleName, keepGuest, readGuest, type Guest } from './guest';
import { blockedUsers, hideUser } from '../features/chat/hidden_users';
import { strings } from '../strings';

// Who the viewer is: a guest of this browser or somebody with an account. The session's secret stays in the cookie that no
// script reads; the copy from the sign-in answer lives only as long as the page, for the connection that is already open.
export class Account {
  readonly user = signal<User | null>(null); // as the hub knows us
  readonly guest = signal<Guest>(readGuest());
  readonly nameError = signal<string | null>(null);
  readonly dialog = signal<'sign_in' | 'register' | null>(null);
  readonly settings = signal(false); // the dialog is open
  readonly isGuest = computed(() => (this.user.value ? this.user.value.role === 'guest' : !this.hasSession.value));
  private readonly hasSession = signal(false);
  private token: string | null = null;
  sayHello: () => Promise<User | Refusal | null> = () => Promise.resolve(null);

  constructor() {
    effect(() => askAsGuest(this.isGuest.value ? this.guest.value.token : null));
  }

  async begin(): Promise<void> {
    const me = await fetchMe();
    // Nobody could say: the cookie may be of an account, and the hub tells us if it is not.
    this.hasSession.value = !me.ok || me.value !== null;
    if (!me.ok || !me.value) return;
    this.user.value = me.value;
    void this.loadBlocked();
  }

  // Guests in this browser, accounts on every device.
  async block(id: string, name: string): Promise<Fault | null> {
    if (!this.hasSession.value) {
      hideUser(id, true);
      return null;
    }
    const answer = await block(id, name);
    if (!answer.ok) return answer.fault;
    blockedUsers.value = new Map(blockedUsers.value).set(id, name);
    return null;
  }

  async unblock(id: string): Promise<Fault | null> {
    hideUser(id, false);
    if (!blockedUsers.value.has(id)) return null;
    const answer = await unblock(id);
    if (!answer.ok) return answer.fault;
    const left = new Map(blockedUsers.value);
    left.delete(id);
    blockedUsers.value = left;
    return null;
  }

  private async loadBlocked(): Promise<void> {
    const account = this.user.value?.id;
    if (!this.hasSession.value) return;
    const answer = await fetchBlocked();
    if (answer.ok && this.user.value?.id === account) blockedUsers.value = new Map(answer.value.map(({ id, name }) => [id, name]));
  }

  hello(): Hello {
    if (this.token !== null) return { token: this.token };
    if (this.hasSession.value) return {};
    const { name, token } = this.guest.value;
    return { guest: { name, token } };
  }

  welcomed(user: User | null): void {
    const before = this.user.value?.id;
    this.user.value = user;
    if (user && user.id !== before) void this.loadBlocked();
    // The session has run out: then we are the guest that we were before.
    if (user === null && this.hasSession.value) {
      this.becomeGuest();
      queueMicrotask(() => void this.sayHello());
    }
  }

  // The hub did not take us as we said: find something that it takes, so that at least the room can be joined.
  refused(refusal: Refusal): void {
    if (refusal.code === 'unauthenticated' || this.token !== null) {
      this.becomeGuest();
      return;
    }
    this.nameError.value = strings.refusal(refusal.code, refusal.message);
    this.changeGuest({ ...this.guest.value, name: inventName(), chosen: false });
  }

  becomeGuest(): void {
    this.token = null;
    this.hasSession.value = false;
    this.user.value = null;
    blockedUsers.value = new Map();
  }

  async rename(name: string): Promise<boolean> {
    const wanted = name.trim();
    const before = this.guest.value;
    this.nameError.value = null;
    if (wanted === before.name) return true;
    if (!isPlausibleName(wanted)) {
      this.nameError.value = strings.account.nameTooLong;
      return false;
    }
    this.changeGuest({ ...before, name: wanted, chosen: true });
    const result = await this.sayHello();
    // While away the new name goes out with the next hello.
    if (result && 'code' in result && result.code !== 'unavailable') {
      this.changeGuest(before);
      this.nameError.value = strings.refusal(result.code, result.message);
      return false;
    }
    return true;
  }

  async signIn(name: string, password: string): Promise<Fault | null> {
    const fault = await this.enter(signIn(name, password));
    return fault?.code === 'unauthenticated' ? { ...fault, text: strings.account.wrongPassword } : fault;
  }

  register(name: string, password: string): Promise<Fault | null> {
    return this.enter(register(name, password));
  }

  async signOut(): Promise<Fault | null> {
    const answer = await signOut();
    if (!answer.ok && answer.fault.code !== 'unauthenticated') return answer.fault;
    this.becomeGuest();
    await this.sayHello();
    return null;
  }

  // Becomes whoever the answer says; also a television that a phone has let in.
  async enter(asked: Answer<SignIn> | Promise<Answer<SignIn>>): Promise<Fault | null> {
    const answer = await asked;
    if (!answer.ok) return answer.fault;
    this.token = answer.value.token;
    this.hasSession.value = true;
    this.user.value = answer.value.user;
    this.dialog.value = null;
    void this.loadBlocked();
    await this.sayHello();
    return null;
  }

  private changeGuest(guest: Guest): void {
    this.guest.value = guest;
    keepGuest(guest);
  }
}
