/** A small desk whose source has no messages, by bodies alone: requests are closed, and some reopened. */
import { type Change, createTenant, type SimAccount } from '@sapwood/simulator/tenant';
import { renderChange, signWebhook, type Webhook } from '@sapwood/simulator/webhooks';

export const FORMS = 'forms';
export const FORMS_SECRET = 'secret-of-the-forms';
const HOUR_MS = 3_600_000;
const EVERY_MS: number = 31 * HOUR_MS;

const ACCOUNT: SimAccount = {
  ...{ id: 'form-account', name: 'Forms', domain: 'forms.example' },
  ...{ tier: null, arr: null, ownerId: null },
};
const PERSON = { id: 'form-person', name: 'Contact', email: 'contact@forms.example' };

export function formsLetters(
  from: number,
  to: number,
): readonly { readonly at: number; readonly webhook: Webhook }[] {
  const tenant = createTenant();
  const letters: { at: number; webhook: Webhook }[] = [];
  const tell = (change: Change | null): void => {
    if (!change) return;
    const body = renderChange(change, tenant.issues.get(change.issueId)!);
    letters.push({ at: change.at, webhook: signWebhook(body, FORMS_SECRET) });
  };
  for (let at = from, i = 0; at + 10 * HOUR_MS < to; at += EVERY_MS, i++) {
    const id = `form-${i}`;
    const made = { id, messageId: `${id}-m`, channel: 'email', priority: null } as const;
    tell(tenant.create(at, { ...made, requester: PERSON, account: ACCOUNT, teamId: 'forms' }));
    tell(tenant.assign(at + HOUR_MS, id, i % 2 === 0 ? 'ada' : 'ben'));
    tell(tenant.setState(at + 2 * HOUR_MS, id, 'closed'));
    if (i % 3 !== 0) continue;
    tell(tenant.setState(at + 5 * HOUR_MS, id, 'waiting_on_you'));
    tell(tenant.setState(at + 9 * HOUR_MS, id, 'closed'));
  }
  return letters;
}
