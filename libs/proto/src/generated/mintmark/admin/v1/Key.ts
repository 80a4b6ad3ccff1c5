// Original file: proto/mintmark/admin/v1/admin.proto

import type { NextTransition as _mintmark_admin_v1_NextTransition, NextTransition__Output as _mintmark_admin_v1_NextTransition__Output } from '../../../mintmark/admin/v1/NextTransition.ts';

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
  '_kid'?: "kid";
  '_publishedAt'?: "publishedAt";
  '_activatedAt'?: "activatedAt";
  '_signNotAfter'?: "signNotAfter";
  '_verifyUntil'?: "verifyUntil";
  '_latestExpiry'?: "latestExpiry";
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
  '_kid'?: "kid";
  '_publishedAt'?: "publishedAt";
  '_activatedAt'?: "activatedAt";
  '_signNotAfter'?: "signNotAfter";
  '_verifyUntil'?: "verifyUntil";
  '_latestExpiry'?: "latestExpiry";
}
