import { Module, type DynamicModule } from '@nestjs/common';
import { APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { Bootstrap } from '../core/administration/bootstrap.ts';
import { HostSecret } from '../core/administration/host-secret.ts';
import { ManageKeks } from '../core/keys/custody/manage-keks.ts';
import { OpenEpoch } from '../core/keys/witness/open-epoch.ts';
import { HostController } from '../transport/admin/host/host.controller.ts';
import { KekController } from '../transport/admin/host/kek.controller.ts';
import { KeysetController } from '../transport/admin/host/keyset.controller.ts';
import { RefuseUnread } from '../transport/admin/refuse-unread.ts';
import { schemaValidation } from '../transport/admin/schema-validation.ts';
import type { AdministrationParts } from './administration-parts.ts';

@Module({})
export class HostModule {
  static serving(
    parts: Pick<AdministrationParts, 'bootstrap' | 'hostSecret' | 'manageKeks' | 'openEpoch'>,
  ): DynamicModule {
    return {
      module: HostModule,
      controllers: [HostController, KekController, KeysetController],
      providers: [
        { provide: Bootstrap, useValue: parts.bootstrap },
        { provide: HostSecret, useValue: parts.hostSecret },
        { provide: ManageKeks, useValue: parts.manageKeks },
        { provide: OpenEpoch, useValue: parts.openEpoch },
        { provide: APP_PIPE, useFactory: schemaValidation },
        { provide: APP_INTERCEPTOR, useClass: RefuseUnread },
      ],
    };
  }
}
