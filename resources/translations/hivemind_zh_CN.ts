<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About HiveMind Master</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version {version}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Turns the idle machines of a lab, an office or a community into one computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free software under the GNU General Public License, version 3.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>AdminStep</name>
    <message>
        <source>The administrator</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The administrator may do everything in this pool. There is no default password.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;User name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Password &amp;again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give the administrator a name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use at least {count} characters: a few unrelated words are good.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type the same password twice.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>✓ Good</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Application</name>
    <message>
        <source>The master cannot start</source>
        <extracomment>From the wish to quit to the end of the process.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Find a command</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A command, a pane, a task or a node</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show: {pane}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Node: {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Task: {name}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DropArea</name>
    <message>
        <source>&amp;Folder…</source>
        <extracomment>Somebody wants what a hint proposes.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>F&amp;iles or ZIP…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Allow the &amp;network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop a folder, files or a ZIP archive here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The task works on them. What it runs: run.sh, else main.py.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking at it…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The files of the earlier task</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>They are at the master already. Drop others to replace them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>runs “{command}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ZIP archive</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ⓘ It names packages to install: that needs the network.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ⓘ It seems to want a GPU: see More, GPU.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ⓘ A Dockerfile is not built here: name an image under More.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ⓘ Links are left out of the archive.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the task works on</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>EnvironmentTable</name>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Variables of the environment</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete removes the selected lines.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Failures</name>
    <message>
        <source>That did not work</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Copy details</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n more failed.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FirstStart</name>
    <message>
        <source>Welcome to HiveMind Master</source>
        <extracomment>Another language was chosen; carries its locale.</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LendStep</name>
    <message>
        <source>This computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer can run tasks as well. They run in a container or a sandbox, never on the bare machine.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Let this computer work too</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Other machines join with one line, a link or a QR code: choose “Join a machine” in the next window.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>&amp;Pool</source>
        <extracomment>The window was closed; what that means is decided elsewhere.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;witch master…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign &amp;out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{pool} – HiveMind Master</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Nodes</name>
    <message>
        <source>Waiting for approval</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Online</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Offline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Draining</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Revoked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{standing}, offline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Low</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Normal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>High</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sandbox</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Container</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Africa</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Antarctica</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asia</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Europe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>North America</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Oceania</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>South America</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PoolStep</name>
    <message>
        <source>The pool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{computer}&apos;s pool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Name of the pool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port for &amp;machines and users</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port of the &amp;web page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give the pool a name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The two ports must differ.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose ports that no other program uses.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Other machines must reach the first port. If a firewall is in the way:</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PortCheck</name>
    <message>
        <source>✓ Free</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>✕ Another program listens there</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PriceCard</name>
    <message>
        <source>Price</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Balance after</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Could run it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asking for the price…</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>✓ %n node(s), when free</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>⚠ No node known now: it would wait</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{price} for each task.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Held until it has ended, given back if it fails.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>⚠ {missing} too little</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{left} of {available}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The system&apos;s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep serving in the background</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>When the &amp;window is closed</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The panes in the order of the View menu</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message numerus="yes">
        <source>%n under way</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>⚠ {age} old</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>● Live</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>… Connecting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>✕ No connection: trying again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>✕ Signed out</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StepsDialog</name>
    <message>
        <source>&amp;Back</source>
        <extracomment>Set by the dialog: called when `problem` may have changed.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Next</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Finish</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Submission</name>
    <message>
        <source>There is no run.sh or main.py at the top: say which command to run.</source>
        <extracomment>The form&apos;s field that shows a fault of the master&apos;s field. Of an earlier task, whose files are taken again where there are no sources. Pairs of name and value.</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a folder, files or a ZIP archive, or give a command.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Small: 1 core, 512 MiB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Medium: 4 cores, 4 GiB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Large: 16 cores, 32 GiB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>GPU: 4 cores, 16 GiB, 8 GiB on the GPU</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} characters at most.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It may hold no control characters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A quotation mark is left open.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} words at most: put the rest into a script.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The program&apos;s name is empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write it like python:3.12-slim.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} variables at most.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” is no name: letters, digits and _, no digit first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} belongs to the pool.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} is there twice.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It must be above zero.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write it like 2 or 0.5.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1,000 cores at most.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write it like 512 MiB or 2 GiB.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write it like 90s, 10m or 1h30m.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>30 days at most.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the continent too.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Say where, or let it run anywhere.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Two letters, like DE.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>16 TiB at most.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 PiB at most.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TaskForm</name>
    <message>
        <source>&amp;More</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>python3 train.py --epochs 3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Command:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resources</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>C&amp;ores:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>M&amp;emory:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Disk:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>CPU &amp;score:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>any</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the node&apos;s must reach it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>GPU</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>GPU &amp;memory:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>on one GPU</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>GPU &amp;score:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the GPU&apos;s must reach it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>GPU n&amp;ame:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a part of it, like 4090</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Con&amp;tinent:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Co&amp;untry:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>two letters, like DE</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;ite:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>like “room 204”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There or &amp;nowhere</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>else it is only preferred</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>normal or better</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>high</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>T&amp;rust in the node:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>any: sandbox or container</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>container only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Iso&amp;lation:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>normal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>high, 1.2 times the price</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>urgent, 1.5 times the price</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Priority:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Time limit:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1h</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>like 90s, 10m or 1h30m</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Retries:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>after the program failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How many &amp;tasks:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>each finds its number in HIVEMIND_ARRAY_INDEX</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Environment</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the node&apos;s own choice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Container &amp;image:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>like python:3.12-slim</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It may use the net&amp;work</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Variables:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>anywhere</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Africa</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Antarctica</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asia</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Europe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>North America</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Oceania</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>South America</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>&amp;Open HiveMind Master</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The pool is hosted by this program.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep serving in the background, or stop the pool until the next start?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Keep serving</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Do not ask again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>HiveMind Master: no connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>HiveMind Master: {online} of {known} nodes, {running} tasks running</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>WelcomeStep</name>
    <message>
        <source>Welcome</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer becomes the master of a pool: it takes in tasks, hands them to the machines that join, and keeps the accounts.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The next steps make an administrator, give the pool a name, and show how other machines join. It takes about a minute.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>WindowActions</name>
    <message>
        <source>&amp;Actions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Layout</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Find a command…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;About</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Submit a task…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Join a machine…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Transfer CPT…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clone a task</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Keep this layout…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Forget</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep this layout</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of the layout:</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
