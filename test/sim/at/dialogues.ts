/*
 * What the modems say. Facts: 3GPP TS 27.007 and 27.005; SIM7500_SIM7600 Series AT Command Manual;
 * Quectel EC2x&EG9x&EG2x-G Series AT Commands Manual. Entries higher up win.
 */

export const COMMON = `
  > AT
  < OK
  > ATE*
  ! echo
  > ATZ
  < OK
  > AT&F*
  < OK
  > ATH*
  < OK
  > ATI
  < Manufacturer: {manufacturer}
  < Model: {model}
  < Revision: {firmware}
  < IMEI: {imei}
  < OK

  > AT+CGMI
  < {manufacturer}
  < OK
  > AT+CGMM
  < {model}
  < OK
  > AT+GMM
  < {model}
  < OK
  > AT+CGMR
  < {firmware}
  < OK
  > AT+CGSN
  < {imei}
  < OK
  > AT+GSN
  < {imei}
  < OK
  > AT+CIMI
  ? sim
  < {imsi}
  < OK
  > AT+CCID
  ? sim
  < +CCID: {iccid}
  < OK

  > AT+CPIN?
  ! pin-state
  > AT+CPIN=*
  ! enter-pin
  > AT+CMEE?
  < +CMEE: {cmee}
  < OK
  > AT+CMEE=*
  ! remember cmee

  > AT+CSQ
  < +CSQ: {signal},99
  < OK
  > AT+CREG?
  < +CREG: {creg},{registration}{cell}
  < OK
  > AT+CREG=*
  ! remember creg
  > AT+CEREG?
  < +CEREG: {cereg},{registration}
  < OK
  > AT+CEREG=*
  ! remember cereg
  > AT+CGREG?
  < +CGREG: 0,{registration}
  < OK
  > AT+COPS?
  < +COPS: 0,0,"{operator}",7
  < OK
  > AT+CNUM
  < OK
  > AT+CLIP=*
  < OK
  > AT+CFUN?
  < +CFUN: {cfun}
  < OK
  > AT+CFUN=1,1
  ! restart
  > AT+CFUN=*
  ! radio

  > AT+CSCS=*
  < OK
  > AT+CSMS=*
  < +CSMS: 1,1,1
  < OK
  > AT+CSCA?
  ? sms
  < +CSCA: "{serviceCentre}",145
  < OK
  > AT+CSCA=*
  < OK
  > AT+CMGF?
  < +CMGF: {cmgf}
  < OK
  > AT+CMGF=*
  ! remember cmgf
  > AT+CNMI?
  < +CNMI: {cnmi}
  < OK
  > AT+CNMI=*
  ! remember cnmi
  > AT+CMMS=*
  < OK
  > AT+CPMS=?
  < +CPMS: ("ME","MT","SM","SR"),("ME","MT","SM","SR"),("ME","MT","SM","SR")
  < OK
  > AT+CPMS?
  ? sms
  ! storage-state
  > AT+CPMS=*
  ? sms
  ! select-storage
  > AT+CMGR=*
  ? sms
  ! read
  > AT+CMGL
  ? sms
  ! list
  > AT+CMGL=*
  ? sms
  ! list
  > AT+CMGD=*
  ? sms
  ! delete
  > AT+CMGS=*
  ? sms
  ! send
`;

export const SIMCOM = `
  # Revision with its prefix, unlike Quectel.
  > AT+CGMR
  < +CGMR: {firmware}
  < OK
  > AT+CSUB
  < +CSUB: {subversion}
  < OK
  > AT+SIMCOMATI
  < Manufacturer: {manufacturer}
  < Model: {model}
  < Revision: {firmware}
  < QCN:
  < IMEI: {imei}
  < MEID:
  < +GCAP: +CGSM
  < DeviceInfo:
  < OK
  > AT+CICCID
  ? sim
  < +ICCID: {iccid}
  < OK
  > AT+CPMUTEMP
  < +CPMUTEMP: {temperature}
  < OK
  > AT+CRESET
  ! restart
  > AT+CPOF
  ! power-off
  # Which port gets unsolicited lines: 0 all, 1 the UART, 2 the MODEM port, 3 the AT port.
  > AT+CATR?
  < +CATR: {urcPort}
  < OK
  > AT+CATR=*
  ! remember urcPort
  > AT+CUSBPIDSWITCH?
  < +CUSBPIDSWITCH: {pid}
  < OK
`;

export const QUECTEL = `
  > AT+QGMR
  < {subversion}
  < OK
  > AT+QCCID
  ? sim
  < +QCCID: {iccid}
  < OK
  # Power management, crystal, power amplifier.
  > AT+QTEMP
  < +QTEMP: {temperature},{temperature},{temperature}
  < OK
  > AT+QPOWD=*
  ! power-off
  > AT+QURCCFG="urcport"
  < +QURCCFG: "urcport",{urcPort}
  < OK
  > AT+QURCCFG="urcport",*
  ! remember urcPort
  > AT+QSCLK=*
  < OK
  > AT+QCFG="usbnet"
  < +QCFG: "usbnet",{usbnet}
  < OK
  # An empty slot reads as nothing at all rather than as an error.
  > AT+CMGR=*
  ? sms
  ! read-or-nothing
`;
