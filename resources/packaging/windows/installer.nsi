; The installer for Windows: `dev.py package windows` gives it to makensis with
;   VERSION, FOUR_NUMBERS  the version, and as Windows wants it
;   BUNDLE, ICON           the folder of the program, and its icon
;   KIB                    the size of the folder
;   OUTPUT                 the file to make
;   TARGET                 optional: x86-unicode, where NSIS has no 64-bit stubs
;   SIGN                   optional: a command that signs the file whose name follows it
;
; Silent: /S, with /AllUsers or /CurrentUser, /D=FOLDER (last), /COMPONENTS=login,service,desktop.
; The uninstaller keeps all data; /S /DELETEDATA deletes it.
!ifndef TARGET
  !define TARGET amd64-unicode
!endif
; The two programs are the same but for their heads: the dictionary is larger than one of them,
; so the second one takes no room.
SetCompressor /SOLID lzma
SetCompressorDictSize 64
Target ${TARGET}
Unicode true
ManifestDPIAware true
ManifestSupportedOS Win10

!define PRODUCT "HiveMind Master"
!define MAKER "The HiveMind Master developers"
!define SERVICE "HiveMindMaster"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\HiveMindMaster"
!define RUN_KEY "Software\Microsoft\Windows\CurrentVersion\Run"

!define MULTIUSER_EXECUTIONLEVEL Highest
!define MULTIUSER_MUI
!define MULTIUSER_INSTALLMODE_COMMANDLINE
!define MULTIUSER_INSTALLMODE_DEFAULT_CURRENTUSER
!define MULTIUSER_INSTALLMODE_INSTDIR "${PRODUCT}"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_KEY "${UNINSTALL_KEY}"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_VALUENAME "InstallLocation"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_KEY "${UNINSTALL_KEY}"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_VALUENAME "InstallLocation"
!define MULTIUSER_USE_PROGRAMFILES64
!include MultiUser.nsh
!include MUI2.nsh
!include Sections.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include WinVer.nsh
!insertmacro GetParameters
!insertmacro GetOptions

Name "${PRODUCT}"
OutFile "${OUTPUT}"
BrandingText "${PRODUCT} ${VERSION}"
VIProductVersion "${FOUR_NUMBERS}"
VIAddVersionKey /LANG=1033 ProductName "${PRODUCT}"
VIAddVersionKey /LANG=1033 ProductVersion "${VERSION}"
VIAddVersionKey /LANG=1033 FileDescription "${PRODUCT} Setup"
VIAddVersionKey /LANG=1033 FileVersion "${VERSION}"
VIAddVersionKey /LANG=1033 CompanyName "${MAKER}"
VIAddVersionKey /LANG=1033 LegalCopyright "${MAKER}, GPL-3.0-or-later"
!ifdef SIGN
  !finalize '${SIGN} "%1"'
  !uninstfinalize '${SIGN} "%1"'
!endif

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_LICENSE "${BUNDLE}\LICENSE"
!insertmacro MULTIUSER_PAGE_INSTALLMODE
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN "$INSTDIR\hivemind_master.exe"
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"
!insertmacro MUI_RESERVEFILE_LANGDLL

LangString RUNS ${LANG_ENGLISH} "${PRODUCT} is running. Quit it (its icon beside the clock has a menu), then try again."
LangString RUNS ${LANG_SIMPCHINESE} "${PRODUCT} 正在运行。请先退出（时钟旁的图标有菜单），然后重试。"
LangString OLD ${LANG_ENGLISH} "${PRODUCT} needs Windows 10 (1903) or later."
LangString OLD ${LANG_SIMPCHINESE} "${PRODUCT} 需要 Windows 10（1903）或更高版本。"
LangString S_PROGRAM ${LANG_ENGLISH} "The program"
LangString S_PROGRAM ${LANG_SIMPCHINESE} "程序"
LangString S_DESKTOP ${LANG_ENGLISH} "Icon on the desktop"
LangString S_DESKTOP ${LANG_SIMPCHINESE} "桌面图标"
LangString S_LOGIN ${LANG_ENGLISH} "Start when I sign in"
LangString S_LOGIN ${LANG_SIMPCHINESE} "登录时启动"
LangString S_FIREWALL ${LANG_ENGLISH} "Let workers in (firewall)"
LangString S_FIREWALL ${LANG_SIMPCHINESE} "允许工作节点连入（防火墙）"
LangString S_SERVICE ${LANG_ENGLISH} "Service without a window"
LangString S_SERVICE ${LANG_SIMPCHINESE} "无窗口服务"
LangString S_DATA ${LANG_ENGLISH} "Delete my pool and all its data"
LangString S_DATA ${LANG_SIMPCHINESE} "删除我的算力池及其全部数据"
LangString D_PROGRAM ${LANG_ENGLISH} "The master with its window, the worker, the command line, and shortcuts in the Start menu."
LangString D_PROGRAM ${LANG_SIMPCHINESE} "带窗口的主节点、工作节点、命令行，以及开始菜单快捷方式。"
LangString D_LOGIN ${LANG_ENGLISH} "Opens the window when you sign in to Windows. It can be changed later."
LangString D_LOGIN ${LANG_SIMPCHINESE} "登录 Windows 时打开窗口。以后可以更改。"
LangString D_FIREWALL ${LANG_ENGLISH} "Lets other machines reach the TCP ports 50051 and 5001 in private and domain networks. For this the installer must be run for all users."
LangString D_FIREWALL ${LANG_SIMPCHINESE} "允许其他机器在专用网络和域网络中访问 TCP 端口 50051 和 5001。为此须为所有用户安装。"
LangString D_SERVICE ${LANG_ENGLISH} "A master that serves from the start of this machine on, without anybody signed in. For this the installer must be run for all users."
LangString D_SERVICE ${LANG_SIMPCHINESE} "随本机启动即提供服务的主节点，无需有人登录。为此须为所有用户安装。"
LangString D_DATA ${LANG_ENGLISH} "Tasks, results, users and the ledger of this machine's pool are gone for good."
LangString D_DATA ${LANG_SIMPCHINESE} "本机算力池的任务、结果、用户和账本将永久消失。"

; An older version's program, or this one again. Data is elsewhere and stays.
!macro REMOVE_PROGRAM
  RMDir /r "$INSTDIR\_internal"
  RMDir /r "$INSTDIR\licences"
  Delete "$INSTDIR\hivemind_master.exe"
  Delete "$INSTDIR\hivemind_master_cli.exe"
  Delete "$INSTDIR\LICENSE"
  Delete "$INSTDIR\bill-of-materials.cdx.json"
!macroend

; A program that runs cannot be opened for writing.
!macro REQUIRE_STOPPED UN
Function ${UN}RequireStopped
  again:
  StrCpy $2 ""
  ${ForEach} $0 1 2 + 1
    StrCpy $1 "$INSTDIR\hivemind_master.exe"
    ${IfThen} $0 == 2 ${|} StrCpy $1 "$INSTDIR\hivemind_master_cli.exe" ${|}
    ${If} ${FileExists} $1
      ClearErrors
      FileOpen $3 $1 a
      ${If} ${Errors}
        StrCpy $2 $1
      ${Else}
        FileClose $3
      ${EndIf}
    ${EndIf}
  ${Next}
  ${If} $2 != ""
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(RUNS)" /SD IDCANCEL IDRETRY again
    SetErrorLevel 3
    Quit
  ${EndIf}
FunctionEnd
!macroend
!insertmacro REQUIRE_STOPPED ""
!insertmacro REQUIRE_STOPPED "un."

!macro SERVICE_STOPPED
  nsExec::Exec 'sc.exe stop ${SERVICE}'
  Pop $0
  ${If} $0 == 0
    Sleep 6000
  ${EndIf}
!macroend

Section "$(S_PROGRAM)" SEC_PROGRAM
  SectionIn RO
  ${If} $MultiUser.InstallMode == "AllUsers"
    !insertmacro SERVICE_STOPPED
  ${EndIf}
  Call RequireStopped
  !insertmacro REMOVE_PROGRAM
  SetOutPath "$INSTDIR"
  File /r "${BUNDLE}\*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateDirectory "$SMPROGRAMS\${PRODUCT}"
  CreateShortcut "$SMPROGRAMS\${PRODUCT}\${PRODUCT}.lnk" "$INSTDIR\hivemind_master.exe"
  CreateShortcut "$SMPROGRAMS\${PRODUCT}\Uninstall ${PRODUCT}.lnk" "$INSTDIR\uninstall.exe"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayName" "${PRODUCT}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\hivemind_master.exe"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "Publisher" "${MAKER}"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode'
  WriteRegStr SHCTX "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode /S'
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "EstimatedSize" ${KIB}
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL_KEY}" "NoRepair" 1
SectionEnd

Section "$(S_FIREWALL)" SEC_FIREWALL
  ${If} $MultiUser.InstallMode == "AllUsers"
    Call RemoveFirewallRules
    nsExec::Exec 'netsh advfirewall firewall add rule name="${PRODUCT}" dir=in action=allow protocol=TCP localport=50051,5001 profile=private,domain program="$INSTDIR\hivemind_master.exe"'
    Pop $0
    nsExec::Exec 'netsh advfirewall firewall add rule name="${PRODUCT}" dir=in action=allow protocol=TCP localport=50051,5001 profile=private,domain program="$INSTDIR\hivemind_master_cli.exe"'
    Pop $0
  ${EndIf}
SectionEnd

Section /o "$(S_DESKTOP)" SEC_DESKTOP
  CreateShortcut "$DESKTOP\${PRODUCT}.lnk" "$INSTDIR\hivemind_master.exe"
SectionEnd

Section /o "$(S_LOGIN)" SEC_LOGIN
  WriteRegStr HKCU "${RUN_KEY}" "${PRODUCT}" '"$INSTDIR\hivemind_master.exe"'
SectionEnd

Section /o "$(S_SERVICE)" SEC_SERVICE
  ${If} $MultiUser.InstallMode == "AllUsers"
    nsExec::ExecToLog '"$INSTDIR\hivemind_master_cli.exe" service install'
    Pop $0
    ${If} $0 != 0
      SetErrorLevel 4
    ${EndIf}
  ${EndIf}
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${SEC_PROGRAM} "$(D_PROGRAM)"
  !insertmacro MUI_DESCRIPTION_TEXT ${SEC_LOGIN} "$(D_LOGIN)"
  !insertmacro MUI_DESCRIPTION_TEXT ${SEC_FIREWALL} "$(D_FIREWALL)"
  !insertmacro MUI_DESCRIPTION_TEXT ${SEC_SERVICE} "$(D_SERVICE)"
!insertmacro MUI_FUNCTION_DESCRIPTION_END

Function RemoveFirewallRules
  nsExec::Exec 'netsh advfirewall firewall delete rule name="${PRODUCT}"'
  Pop $0
FunctionEnd

!macro CHOOSE NAME SECTION
  ${If} $R1 != ""
    ${StrContains} $R2 ",${NAME}," ",$R1,"
  ${EndIf}
  ${If} $R2 != ""
    !insertmacro SelectSection ${SECTION}
  ${EndIf}
!macroend

; Whether NEEDLE is in HAYSTACK: it is left in OUT if so.
!macro StrContains OUT NEEDLE HAYSTACK
  Push "${HAYSTACK}"
  Push "${NEEDLE}"
  Call StrContains
  Pop ${OUT}
!macroend
!define StrContains "!insertmacro StrContains"
Function StrContains
  Exch $0
  Exch
  Exch $1
  Push $2
  Push $3
  Push $4
  StrLen $2 $0
  StrCpy $3 0
  loop:
    StrCpy $4 $1 $2 $3
    StrCmp $4 "" missing
    StrCmp $4 $0 found
    IntOp $3 $3 + 1
    Goto loop
  missing:
    StrCpy $0 ""
  found:
  Pop $4
  Pop $3
  Pop $2
  Pop $1
  Exch $0
FunctionEnd

Function .onInit
  SetRegView 64
  ${IfNot} ${AtLeastWin10}
    MessageBox MB_OK|MB_ICONSTOP "$(OLD)" /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
  !insertmacro MULTIUSER_INIT
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/COMPONENTS=" $R1
  StrCpy $R2 ""
  !insertmacro CHOOSE "desktop" ${SEC_DESKTOP}
  StrCpy $R2 ""
  !insertmacro CHOOSE "login" ${SEC_LOGIN}
  StrCpy $R2 ""
  !insertmacro CHOOSE "service" ${SEC_SERVICE}
  ${IfNot} ${Silent}
    !insertmacro MUI_LANGDLL_DISPLAY
  ${EndIf}
FunctionEnd

Section "un.$(S_PROGRAM)" UN_PROGRAM
  SectionIn RO
  ${If} $MultiUser.InstallMode == "AllUsers"
    !insertmacro SERVICE_STOPPED
    nsExec::Exec 'sc.exe delete ${SERVICE}'
    Pop $0
    nsExec::Exec 'netsh advfirewall firewall delete rule name="${PRODUCT}"'
    Pop $0
  ${EndIf}
  Call un.RequireStopped
  !insertmacro REMOVE_PROGRAM
  Delete "$INSTDIR\uninstall.exe"
  ; Only if nobody put anything else there.
  RMDir "$INSTDIR"
  RMDir /r "$SMPROGRAMS\${PRODUCT}"
  Delete "$DESKTOP\${PRODUCT}.lnk"
  DeleteRegValue HKCU "${RUN_KEY}" "${PRODUCT}"
  DeleteRegKey SHCTX "${UNINSTALL_KEY}"
SectionEnd

Section /o "un.$(S_DATA)" UN_DATA
  SetShellVarContext current
  RMDir /r "$LOCALAPPDATA\hivemind-master"
  RMDir /r "$LOCALAPPDATA\hivemind-console"
  RMDir /r "$LOCALAPPDATA\hivemind-worker"
  RMDir /r "$LOCALAPPDATA\hivemind"
  SetShellVarContext all
  RMDir /r "$APPDATA\hivemind-master"
SectionEnd

!insertmacro MUI_UNFUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${UN_DATA} "$(D_DATA)"
!insertmacro MUI_UNFUNCTION_DESCRIPTION_END

Function un.onInit
  SetRegView 64
  !insertmacro MULTIUSER_UNINIT
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/DELETEDATA" $R1
  ${IfNot} ${Errors}
    !insertmacro SelectSection ${UN_DATA}
  ${EndIf}
FunctionEnd
