import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Acknowledgement as _mintmark_keyset_v1_Acknowledgement, Acknowledgement__Output as _mintmark_keyset_v1_Acknowledgement__Output } from './mintmark/keyset/v1/Acknowledgement.ts';
import type { GetKeySetRequest as _mintmark_keyset_v1_GetKeySetRequest, GetKeySetRequest__Output as _mintmark_keyset_v1_GetKeySetRequest__Output } from './mintmark/keyset/v1/GetKeySetRequest.ts';
import type { Goodbye as _mintmark_keyset_v1_Goodbye, Goodbye__Output as _mintmark_keyset_v1_Goodbye__Output } from './mintmark/keyset/v1/Goodbye.ts';
import type { Heartbeat as _mintmark_keyset_v1_Heartbeat, Heartbeat__Output as _mintmark_keyset_v1_Heartbeat__Output } from './mintmark/keyset/v1/Heartbeat.ts';
import type { Hello as _mintmark_keyset_v1_Hello, Hello__Output as _mintmark_keyset_v1_Hello__Output } from './mintmark/keyset/v1/Hello.ts';
import type { KeySet as _mintmark_keyset_v1_KeySet, KeySet__Output as _mintmark_keyset_v1_KeySet__Output } from './mintmark/keyset/v1/KeySet.ts';
import type { KeySetEvent as _mintmark_keyset_v1_KeySetEvent, KeySetEvent__Output as _mintmark_keyset_v1_KeySetEvent__Output } from './mintmark/keyset/v1/KeySetEvent.ts';
import type { KeySetServiceClient as _mintmark_keyset_v1_KeySetServiceClient, KeySetServiceDefinition as _mintmark_keyset_v1_KeySetServiceDefinition } from './mintmark/keyset/v1/KeySetService.ts';
import type { Revocation as _mintmark_keyset_v1_Revocation, Revocation__Output as _mintmark_keyset_v1_Revocation__Output } from './mintmark/keyset/v1/Revocation.ts';
import type { Revocations as _mintmark_keyset_v1_Revocations, Revocations__Output as _mintmark_keyset_v1_Revocations__Output } from './mintmark/keyset/v1/Revocations.ts';
import type { WatchRequest as _mintmark_keyset_v1_WatchRequest, WatchRequest__Output as _mintmark_keyset_v1_WatchRequest__Output } from './mintmark/keyset/v1/WatchRequest.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  mintmark: {
    keyset: {
      v1: {
        Acknowledgement: MessageTypeDefinition<_mintmark_keyset_v1_Acknowledgement, _mintmark_keyset_v1_Acknowledgement__Output>
        GetKeySetRequest: MessageTypeDefinition<_mintmark_keyset_v1_GetKeySetRequest, _mintmark_keyset_v1_GetKeySetRequest__Output>
        Goodbye: MessageTypeDefinition<_mintmark_keyset_v1_Goodbye, _mintmark_keyset_v1_Goodbye__Output>
        Heartbeat: MessageTypeDefinition<_mintmark_keyset_v1_Heartbeat, _mintmark_keyset_v1_Heartbeat__Output>
        Hello: MessageTypeDefinition<_mintmark_keyset_v1_Hello, _mintmark_keyset_v1_Hello__Output>
        KeySet: MessageTypeDefinition<_mintmark_keyset_v1_KeySet, _mintmark_keyset_v1_KeySet__Output>
        KeySetEvent: MessageTypeDefinition<_mintmark_keyset_v1_KeySetEvent, _mintmark_keyset_v1_KeySetEvent__Output>
        /**
         * Tells verifiers which keys to trust, as it changes.
         */
        KeySetService: SubtypeConstructor<typeof grpc.Client, _mintmark_keyset_v1_KeySetServiceClient> & { service: _mintmark_keyset_v1_KeySetServiceDefinition }
        Revocation: MessageTypeDefinition<_mintmark_keyset_v1_Revocation, _mintmark_keyset_v1_Revocation__Output>
        Revocations: MessageTypeDefinition<_mintmark_keyset_v1_Revocations, _mintmark_keyset_v1_Revocations__Output>
        WatchRequest: MessageTypeDefinition<_mintmark_keyset_v1_WatchRequest, _mintmark_keyset_v1_WatchRequest__Output>
      }
    }
  }
}

