import { certificateBinding, oneProof, proofHasToken, proofPresented } from './binding.ts';
import type { Check, Stage } from './check.ts';
import * as claims from './claims.ts';
import { nothingAfterToken, oneCredential, oneCredentialInValue } from './credential.ts';
import { allowedAlgorithm, headerMembers, headerTyp, kidForm } from './header.ts';
import { keyAlgorithm, keySetAlive, signatureValid } from './key.ts';
import * as proof from './proof.ts';
import { notRevoked } from './revocation.ts';
import { scopeGranted } from './scope.ts';
import {
  canonicalBase64url,
  interoperableJson,
  jsonDepth,
  strictUtf8,
  threeParts,
  tokenSize,
  uniqueNames,
} from './text.ts';
import { expiresAfterIssue, lifetimeBounded, notBeforeReached, notExpired, notFromFuture } from './times.ts';

type AnyCheck = { readonly [Of in Stage]: Check<Of> }[Stage];

/** Every check there is, in the order of the steps. What is not in this list is not checked. */
export const CHECKS: readonly AnyCheck[] = Object.freeze([
  oneCredential,
  oneCredentialInValue,
  nothingAfterToken,
  tokenSize,
  threeParts,
  canonicalBase64url,
  strictUtf8,
  jsonDepth,
  uniqueNames,
  interoperableJson,
  headerMembers,
  headerTyp,
  allowedAlgorithm,
  kidForm,
  keySetAlive,
  keyAlgorithm,
  signatureValid,
  claims.claimIssuer,
  claims.claimAudience,
  claims.claimSubject,
  claims.claimClientId,
  claims.claimTokenId,
  claims.claimScope,
  claims.claimIssuedAt,
  claims.claimExpiry,
  claims.claimNotBefore,
  claims.claimConfirmation,
  claims.claimActor,
  notExpired,
  notFromFuture,
  notBeforeReached,
  lifetimeBounded,
  expiresAfterIssue,
  certificateBinding,
  proofPresented,
  proofHasToken,
  oneProof,
  proof.proofTyp,
  proof.proofMembers,
  proof.proofKey,
  proof.proofSignature,
  proof.proofMethod,
  proof.proofUrl,
  proof.proofToken,
  proof.proofAge,
  proof.proofUnused,
  notRevoked,
  scopeGranted,
]);

export type RegisteredCheck = AnyCheck;
