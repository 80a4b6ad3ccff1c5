// Original file: proto/mintmark/admin/v1/admin.proto

import type { NextTransition as _mintmark_admin_v1_NextTransition, NextTransition__Output as _mintmark_admin_v1_NextTransition__Output } from '../../../mintmark/admin/v1/NextTransition.ts';
import type { Long } from '@grpc/proto-loader';

export interface Key {
  /**
   * Absent while it is being made.
   */
  'kid'?: (string);
  'algorithm'?: (string);
  'state'?: (string);
  'createdAt'?: (string);
  'publishedAt'?: (string);
  'activatedAt'?: (string);
  'signNotAfter'?: (string);
  'verifyUntil'?: (string);
  'next'?: (_mintmark_admin_v1_NextTransition | null);
  /**
   * No token that it signed, or will sign, expires later.
   */
  'latestExpiry'?: (string);
  /**
   * When the last token that it has signed expires; absent: it has signed none.
   */
  'tokensUntil'?: (string);
  /**
   * Watching verifiers that have acknowledged it; absent of keys that nobody watches.
   */
  'heldBy'?: (number | string | Long);
  /**
   * Clients with a token of it that has not expired.
   */
  'tokenHolders'?: (number | string | Long);
  '_kid'?: "kid";
  '_publishedAt'?: "publishedAt";
  '_activatedAt'?: "activatedAt";
  '_signNotAfter'?: "signNotAfter";
  '_verifyUntil'?: "verifyUntil";
  '_latestExpiry'?: "latestExpiry";
  '_tokensUntil'?: "tokensUntil";
  '_heldBy'?: "heldBy";
}

export interface Key__Output {
  /**
   * Absent while it is being made.
   */
  'kid'?: (string);
  'algorithm': (string);
  'state': (string);
  'createdAt': (string);
  'publishedAt'?: (string);
  'activatedAt'?: (string);
  'signNotAfter'?: (string);
  'verifyUntil'?: (string);
  'next': (_mintmark_admin_v1_NextTransition__Output | null);
  /**
   * No token that it signed, or will sign, expires later.
   */
  'latestExpiry'?: (string);
  /**
   * When the last token that it has signed expires; absent: it has signed none.
   */
  'tokensUntil'?: (string);
  /**
   * Watching verifiers that have acknowledged it; absent of keys that nobody watches.
   */
  'heldBy'?: (number);
  /**
   * Clients with a token of it that has not expired.
   */
  'tokenHolders': (number);
  '_kid'?: "kid";
  '_publishedAt'?: "publishedAt";
  '_activatedAt'?: "activatedAt";
  '_signNotAfter'?: "signNotAfter";
  '_verifyUntil'?: "verifyUntil";
  '_latestExpiry'?: "latestExpiry";
  '_tokensUntil'?: "tokensUntil";
  '_heldBy'?: "heldBy";
}
