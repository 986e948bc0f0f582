<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
<context>
    <name>AccountDialog</name>
    <message numerus="yes">
        <source>%n session(s) ended</source>
        <translation>
            <numerusform>%n session ended</numerusform>
            <numerusform>%n sessions ended</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n characters or more</source>
        <translation>
            <numerusform>%n character or more</numerusform>
            <numerusform>%n characters or more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ApproveNodesDialog</name>
    <message numerus="yes">
        <source>%n machines may work now.</source>
        <translation>
            <numerusform>%n machine may work now.</numerusform>
            <numerusform>%n machines may work now.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;Approve %n machines</source>
        <translation>
            <numerusform>&amp;Approve %n machine</numerusform>
            <numerusform>&amp;Approve %n machines</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AuditDetails</name>
    <message numerus="yes">
        <source>%n equal refusal(s) within ten minutes</source>
        <translation>
            <numerusform>%n refusal within ten minutes</numerusform>
            <numerusform>%n equal refusals within ten minutes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Bell</name>
    <message numerus="yes">
        <source>%n unread notices</source>
        <translation>
            <numerusform>%n unread notice</numerusform>
            <numerusform>%n unread notices</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChangeNodesDialog</name>
    <message numerus="yes">
        <source>Pause %n nodes</source>
        <translation>
            <numerusform>Pause %n node</numerusform>
            <numerusform>Pause %n nodes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Resume %n nodes</source>
        <translation>
            <numerusform>Resume %n node</numerusform>
            <numerusform>Resume %n nodes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drain %n nodes</source>
        <translation>
            <numerusform>Drain %n node</numerusform>
            <numerusform>Drain %n nodes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Revoke %n nodes</source>
        <translation>
            <numerusform>Revoke %n node</numerusform>
            <numerusform>Revoke %n nodes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Pause %n nodes?</source>
        <translation>
            <numerusform>Pause %n node?</numerusform>
            <numerusform>Pause %n nodes?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Let %n nodes take tasks again?</source>
        <translation>
            <numerusform>Let %n node take tasks again?</numerusform>
            <numerusform>Let %n nodes take tasks again?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drain %n nodes?</source>
        <translation>
            <numerusform>Drain %n node?</numerusform>
            <numerusform>Drain %n nodes?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Revoke %n nodes for good?</source>
        <translation>
            <numerusform>Revoke %n node for good?</numerusform>
            <numerusform>Revoke %n nodes for good?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n nodes paused.</source>
        <translation>
            <numerusform>%n node paused.</numerusform>
            <numerusform>%n nodes paused.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n nodes take tasks again.</source>
        <translation>
            <numerusform>%n node takes tasks again.</numerusform>
            <numerusform>%n nodes take tasks again.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n nodes are draining.</source>
        <translation>
            <numerusform>%n node is draining.</numerusform>
            <numerusform>%n nodes are draining.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n nodes revoked.</source>
        <translation>
            <numerusform>%n node revoked.</numerusform>
            <numerusform>%n nodes revoked.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} and %n more</numerusform>
            <numerusform>{names} and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tasks</source>
        <translation>
            <numerusform>%n task</numerusform>
            <numerusform>%n tasks</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n users</source>
        <translation>
            <numerusform>%n user</numerusform>
            <numerusform>%n users</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of the selected nodes stay as they are.</source>
        <translation>
            <numerusform>%n of the selected nodes stays as it is.</numerusform>
            <numerusform>%n of the selected nodes stay as they are.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChecksDialog</name>
    <message numerus="yes">
        <source>%n fault(s) found</source>
        <translation>
            <numerusform>%n fault found</numerusform>
            <numerusform>%n faults found</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It works; %n remark(s)</source>
        <translation>
            <numerusform>It works; %n remark</numerusform>
            <numerusform>It works; %n remarks</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DropArea</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Failures</name>
    <message numerus="yes">
        <source>%n more failed.</source>
        <translation>
            <numerusform>%n more failed.</numerusform>
            <numerusform>%n more failed.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>HeatmapPane</name>
    <message numerus="yes">
        <source>%n nodes</source>
        <translation>
            <numerusform>%n node</numerusform>
            <numerusform>%n nodes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n selected</source>
        <translation>
            <numerusform>%n selected</numerusform>
            <numerusform>%n selected</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tasks</source>
        <translation>
            <numerusform>%n task</numerusform>
            <numerusform>%n tasks</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>JoinPanel</name>
    <message numerus="yes">
        <source>Good for %n machine(s)</source>
        <translation>
            <numerusform>Good for one machine</numerusform>
            <numerusform>Good for %n machines</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>JoinTokensPane</name>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n token</numerusform>
            <numerusform>%n tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n over</source>
        <translation>
            <numerusform>%n over</numerusform>
            <numerusform>%n over</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Revoke %n token(s)?</source>
        <translation>
            <numerusform>Revoke %n token?</numerusform>
            <numerusform>Revoke %n tokens?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n token(s) revoked</source>
        <translation>
            <numerusform>%n token revoked</numerusform>
            <numerusform>%n tokens revoked</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LocationDialog</name>
    <message numerus="yes">
        <source>Set the location of %n nodes</source>
        <translation>
            <numerusform>Set the location of %n node</numerusform>
            <numerusform>Set the location of %n nodes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The location of %n nodes is set.</source>
        <translation>
            <numerusform>The location of %n node is set.</numerusform>
            <numerusform>The location of %n nodes is set.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MasterLogPane</name>
    <message numerus="yes">
        <source>%n record(s)</source>
        <translation>
            <numerusform>%n record</numerusform>
            <numerusform>%n records</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>⚠ %n record(s) came too fast and are lost</source>
        <translation>
            <numerusform>⚠ %n record came too fast and is lost</numerusform>
            <numerusform>⚠ %n records came too fast and are lost</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NodeDetailsPane</name>
    <message numerus="yes">
        <source>%n running</source>
        <translation>
            <numerusform>%n running</numerusform>
            <numerusform>%n running</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n succeeded</source>
        <translation>
            <numerusform>%n succeeded</numerusform>
            <numerusform>%n succeeded</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n failed</source>
        <translation>
            <numerusform>%n failed</numerusform>
            <numerusform>%n failed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n dropped</source>
        <translation>
            <numerusform>%n dropped</numerusform>
            <numerusform>%n dropped</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n wrong</source>
        <translation>
            <numerusform>%n wrong</numerusform>
            <numerusform>%n wrong</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>first of %n selected</source>
        <translation>
            <numerusform>first of %n selected</numerusform>
            <numerusform>first of %n selected</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PeoplePane</name>
    <message numerus="yes">
        <source>%n user(s)</source>
        <translation>
            <numerusform>%n user</numerusform>
            <numerusform>%n users</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PersonDialog</name>
    <message numerus="yes">
        <source>%n characters or more</source>
        <translation>
            <numerusform>%n character or more</numerusform>
            <numerusform>%n characters or more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PriceCard</name>
    <message numerus="yes">
        <source>✓ %n node(s), when free</source>
        <translation>
            <numerusform>✓ %n node, when free</numerusform>
            <numerusform>✓ %n nodes, when free</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PriorityActions</name>
    <message numerus="yes">
        <source>%n tasks have the priority {priority}.</source>
        <translation>
            <numerusform>%n task has the priority {priority}.</numerusform>
            <numerusform>%n tasks have the priority {priority}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tasks</source>
        <translation>
            <numerusform>%n task</numerusform>
            <numerusform>%n tasks</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n users</source>
        <translation>
            <numerusform>%n user</numerusform>
            <numerusform>%n users</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them wait no longer, and stay as they are.</source>
        <translation>
            <numerusform>%n of them waits no longer, and stays as it is.</numerusform>
            <numerusform>%n of them wait no longer, and stay as they are.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;Change %n tasks</source>
        <translation>
            <numerusform>&amp;Change %n task</numerusform>
            <numerusform>&amp;Change %n tasks</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ResultFiles</name>
    <message numerus="yes">
        <source>%n files</source>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SignInDialog</name>
    <message numerus="yes">
        <source>⚠ Too many failed tries for this account: wait %n second(s).</source>
        <translation>
            <numerusform>⚠ Too many failed tries for this account: wait %n second.</numerusform>
            <numerusform>⚠ Too many failed tries for this account: wait %n seconds.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message numerus="yes">
        <source>%n under way</source>
        <extracomment>From here on people notice. What had been served and made when it was last looked.</extracomment>
        <translation>
            <numerusform>%n under way</numerusform>
            <numerusform>%n under way</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>lag: how late this window answers. It kept within this in 99 of 100 moments of the last %n seconds; the worst was {worst} ms.</source>
        <translation>
            <numerusform>lag: how late this window answers. It kept within this in 99 of 100 moments of the last second; the worst was {worst} ms.</numerusform>
            <numerusform>lag: how late this window answers. It kept within this in 99 of 100 moments of the last %n seconds; the worst was {worst} ms.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SubmitDialog</name>
    <message numerus="yes">
        <source>%n task(s) submitted</source>
        <translation>
            <numerusform>%n task submitted</numerusform>
            <numerusform>%n tasks submitted</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TaskActions</name>
    <message numerus="yes">
        <source>%n tasks</source>
        <translation>
            <numerusform>%n task</numerusform>
            <numerusform>%n tasks</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n users</source>
        <translation>
            <numerusform>%n user</numerusform>
            <numerusform>%n users</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them are at work: that work is lost.</source>
        <translation>
            <numerusform>%n of them is at work: that work is lost.</numerusform>
            <numerusform>%n of them are at work: that work is lost.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tasks cancelled.</source>
        <translation>
            <numerusform>%n task cancelled.</numerusform>
            <numerusform>%n tasks cancelled.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;Cancel %n tasks</source>
        <translation>
            <numerusform>&amp;Cancel %n task</numerusform>
            <numerusform>&amp;Cancel %n tasks</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tasks run again, as new tasks.</source>
        <translation>
            <numerusform>%n task runs again, as a new task.</numerusform>
            <numerusform>%n tasks run again, as new tasks.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;Run %n tasks again</source>
        <translation>
            <numerusform>&amp;Run %n task again</numerusform>
            <numerusform>&amp;Run %n tasks again</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n results deleted.</source>
        <translation>
            <numerusform>%n result deleted.</numerusform>
            <numerusform>%n results deleted.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;Delete %n results</source>
        <translation>
            <numerusform>&amp;Delete %n result</numerusform>
            <numerusform>&amp;Delete %n results</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TaskDetailsPane</name>
    <message numerus="yes">
        <source>%n tasks are selected</source>
        <translation>
            <numerusform>%n task is selected</numerusform>
            <numerusform>%n tasks are selected</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TransferDetails</name>
    <message numerus="yes">
        <source>%n so far</source>
        <translation>
            <numerusform>%n so far</numerusform>
            <numerusform>%n so far</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>VpnPane</name>
    <message numerus="yes">
        <source>Revoke %n peer(s)?</source>
        <translation>
            <numerusform>Revoke %n peer?</numerusform>
            <numerusform>Revoke %n peers?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n peer(s) revoked</source>
        <translation>
            <numerusform>%n peer revoked</numerusform>
            <numerusform>%n peers revoked</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Counts</name>
    <message numerus="yes">
        <source>%n row(s)</source>
        <extracomment>Rows a request while all of them are written to a file.</extracomment>
        <translation>
            <numerusform>%n row</numerusform>
            <numerusform>%n rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>✓ %n row(s) written to {path}</source>
        <translation>
            <numerusform>✓ %n row written to {path}</numerusform>
            <numerusform>✓ %n rows written to {path}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Exporting: %n row(s)…</source>
        <translation>
            <numerusform>Exporting: %n row…</numerusform>
            <numerusform>Exporting: %n rows…</numerusform>
        </translation>
    </message>
</context>
</TS>
