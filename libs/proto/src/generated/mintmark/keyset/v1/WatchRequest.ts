// Original file: proto/mintmark/keyset/v1/keyset.proto

import type { Hello as _mintmark_keyset_v1_Hello, Hello__Output as _mintmark_keyset_v1_Hello__Output } from '../../../mintmark/keyset/v1/Hello.ts';
import type { Acknowledgement as _mintmark_keyset_v1_Acknowledgement, Acknowledgement__Output as _mintmark_keyset_v1_Acknowledgement__Output } from '../../../mintmark/keyset/v1/Acknowledgement.ts';
import type { Goodbye as _mintmark_keyset_v1_Goodbye, Goodbye__Output as _mintmark_keyset_v1_Goodbye__Output } from '../../../mintmark/keyset/v1/Goodbye.ts';

export interface WatchRequest {
  /**
   * First, and once.
   */
  'hello'?: (_mintmark_keyset_v1_Hello | null);
  /**
   * In answer to every event: what is held then.
   */
  'acknowledgement'?: (_mintmark_keyset_v1_Acknowledgement | null);
  /**
   * Last: this verifier stops, and need not be waited for.
   */
  'goodbye'?: (_mintmark_keyset_v1_Goodbye | null);
  'message'?: "hello"|"acknowledgement"|"goodbye";
}

export interface WatchRequest__Output {
  /**
   * First, and once.
   */
  'hello'?: (_mintmark_keyset_v1_Hello__Output | null);
  /**
   * In answer to every event: what is held then.
   */
  'acknowledgement'?: (_mintmark_keyset_v1_Acknowledgement__Output | null);
  /**
   * Last: this verifier stops, and need not be waited for.
   */
  'goodbye'?: (_mintmark_keyset_v1_Goodbye__Output | null);
  'message'?: "hello"|"acknowledgement"|"goodbye";
}
