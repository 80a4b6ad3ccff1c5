import { describe, expect, it } from '@jest/globals';
import { Metadata } from '@grpc/grpc-js';
import { detailsOf, statusWithDetails } from './error-details.ts';

describe('error details', () => {
  it('come back as they were sent', () => {
    const status = statusWithDetails({
      status: 14,
      message: 'keys are stale',
      reason: 'KEYS_UNAVAILABLE',
      domain: 'mintmark',
      metadata: { request_id: 'r1' },
      retryAfterSeconds: 1.5,
    });
    expect(status.code).toBe(14);
    expect(detailsOf(status.metadata)).toEqual({
      reason: 'KEYS_UNAVAILABLE',
      domain: 'mintmark',
      metadata: { request_id: 'r1' },
      retryAfterSeconds: 1.5,
    });
  });

  it('without a retry say nothing of one', () => {
    const { metadata } = statusWithDetails({ status: 16, message: 'm', reason: 'TOKEN_INVALID', domain: 'mintmark' });
    expect(detailsOf(metadata)).not.toHaveProperty('retryAfterSeconds');
  });

  it('that do not parse are none', () => {
    const metadata = new Metadata();
    metadata.set('grpc-status-details-bin', Buffer.from([0xff, 0xff, 0xff]));
    expect(detailsOf(metadata)).toBeUndefined();
    expect(detailsOf(undefined)).toBeUndefined();
  });
});
