// Original file: proto/mintmark/admin/v1/admin.proto

import type { Verifier as _mintmark_admin_v1_Verifier, Verifier__Output as _mintmark_admin_v1_Verifier__Output } from '../../../mintmark/admin/v1/Verifier.ts';
import type { TokenHolder as _mintmark_admin_v1_TokenHolder, TokenHolder__Output as _mintmark_admin_v1_TokenHolder__Output } from '../../../mintmark/admin/v1/TokenHolder.ts';
import type { Long } from '@grpc/proto-loader';

/**
 * Who still trusts a key, and until when there are tokens of it.
 */
export interface KeyUsers {
  'ring'?: (string);
  'kid'?: (string);
  'state'?: (string);
  'tokensUntil'?: (string);
  /**
   * As in Verifiers.
   */
  'foreign'?: (string);
  'watching'?: (number | string | Long);
  /**
   * Of them.
   */
  'holding'?: (number | string | Long);
  /**
   * The first hundred.
   */
  'holders'?: (_mintmark_admin_v1_Verifier)[];
  'others'?: (_mintmark_admin_v1_Verifier)[];
  /**
   * Clients with a token of it that has not expired, and the first hundred of them.
   */
  'tokenHolders'?: (number | string | Long);
  'clients'?: (_mintmark_admin_v1_TokenHolder)[];
  '_tokensUntil'?: "tokensUntil";
}

/**
 * Who still trusts a key, and until when there are tokens of it.
 */
export interface KeyUsers__Output {
  'ring': (string);
  'kid': (string);
  'state': (string);
  'tokensUntil'?: (string);
  /**
   * As in Verifiers.
   */
  'foreign': (string);
  'watching': (number);
  /**
   * Of them.
   */
  'holding': (number);
  /**
   * The first hundred.
   */
  'holders': (_mintmark_admin_v1_Verifier__Output)[];
  'others': (_mintmark_admin_v1_Verifier__Output)[];
  /**
   * Clients with a token of it that has not expired, and the first hundred of them.
   */
  'tokenHolders': (number);
  'clients': (_mintmark_admin_v1_TokenHolder__Output)[];
  '_tokensUntil'?: "tokensUntil";
}
