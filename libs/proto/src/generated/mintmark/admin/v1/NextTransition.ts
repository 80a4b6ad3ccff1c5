// Original file: proto/mintmark/admin/v1/admin.proto


export interface NextTransition {
  /**
   * publish, activate, deactivate, destroy.
   */
  'transition'?: (string);
  'notBefore'?: (string);
  /**
   * publish-ahead, rotation-period, last-token, exposure, set-size, successor.
   */
  'waitsFor'?: (string);
  '_waitsFor'?: "waitsFor";
}

export interface NextTransition__Output {
  /**
   * publish, activate, deactivate, destroy.
   */
  'transition': (string);
  'notBefore': (string);
  /**
   * publish-ahead, rotation-period, last-token, exposure, set-size, successor.
   */
  'waitsFor'?: (string);
  '_waitsFor'?: "waitsFor";
}
