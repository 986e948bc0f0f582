<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About HiveMind Master</source>
        <translation>关于 HiveMind Master</translation>
    </message>
    <message>
        <source>Version {version}</source>
        <translation>版本 {version}</translation>
    </message>
    <message>
        <source>Turns the idle machines of a lab, an office or a community into one computer.</source>
        <translation>把实验室、办公室或社区里闲置的机器变成一台计算机。</translation>
    </message>
    <message>
        <source>Free software under the GNU General Public License, version 3.</source>
        <translation>自由软件，以 GNU 通用公共许可证第 3 版发布。</translation>
    </message>
</context>
<context>
    <name>Account</name>
    <message>
        <source>● this window</source>
        <translation>● 本窗口</translation>
    </message>
    <message>
        <source>○ elsewhere</source>
        <translation>○ 其他位置</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来自</translation>
    </message>
    <message>
        <source>With</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Last used</source>
        <translation>上次使用</translation>
    </message>
    <message>
        <source>Signed in</source>
        <translation>登录时间</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>编号</translation>
    </message>
</context>
<context>
    <name>AccountDialog</name>
    <message>
        <source>Account of {user}</source>
        <translation>{user} 的账户</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>关闭(&amp;C)</translation>
    </message>
    <message>
        <source>Sessions</source>
        <translation>会话</translation>
    </message>
    <message>
        <source>&amp;End session</source>
        <translation>结束会话(&amp;E)</translation>
    </message>
    <message>
        <source>End &amp;all</source>
        <translation>全部结束(&amp;A)</translation>
    </message>
    <message>
        <source>End &amp;all others</source>
        <translation>结束所有其他会话(&amp;A)</translation>
    </message>
    <message>
        <source>List the sessions</source>
        <translation>列出会话</translation>
    </message>
    <message>
        <source>End sessions</source>
        <translation>结束会话</translation>
    </message>
    <message numerus="yes">
        <source>%n session(s) ended</source>
        <translation>
            <numerusform>已结束 %n 个会话</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n characters or more</source>
        <translation>
            <numerusform>至少 %n 个字符</numerusform>
        </translation>
    </message>
    <message>
        <source>C&amp;urrent password:</source>
        <translation>当前密码(&amp;U)：</translation>
    </message>
    <message>
        <source>&amp;New password:</source>
        <translation>新密码(&amp;N)：</translation>
    </message>
    <message>
        <source>New password a&amp;gain:</source>
        <translation>再次输入新密码(&amp;G)：</translation>
    </message>
    <message>
        <source>Change the &amp;password</source>
        <translation>更改密码(&amp;P)</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Your other sessions end by it.</source>
        <translation>您的其他会话会因此结束。</translation>
    </message>
    <message>
        <source>It is missing.</source>
        <translation>尚未填写。</translation>
    </message>
    <message>
        <source>It is too short.</source>
        <translation>太短。</translation>
    </message>
    <message>
        <source>It is not the same.</source>
        <translation>两次输入不一致。</translation>
    </message>
    <message>
        <source>Change the password</source>
        <translation>更改密码</translation>
    </message>
    <message>
        <source>The password is changed</source>
        <translation>密码已更改</translation>
    </message>
</context>
<context>
    <name>AdminStep</name>
    <message>
        <source>The administrator</source>
        <translation>管理员</translation>
    </message>
    <message>
        <source>The administrator may do everything in this pool. There is no default password.</source>
        <translation>管理员在这个池中拥有全部权限。系统没有默认密码。</translation>
    </message>
    <message>
        <source>&amp;User name</source>
        <translation>用户名(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Password</source>
        <translation>密码(&amp;P)</translation>
    </message>
    <message>
        <source>Password &amp;again</source>
        <translation>再次输入密码(&amp;A)</translation>
    </message>
    <message>
        <source>Give the administrator a name.</source>
        <translation>请填写管理员的用户名。</translation>
    </message>
    <message>
        <source>Use at least {count} characters: a few unrelated words are good.</source>
        <translation>至少 {count} 个字符：用几个互不相关的词即可。</translation>
    </message>
    <message>
        <source>Type the same password twice.</source>
        <translation>两次输入的密码须相同。</translation>
    </message>
    <message>
        <source>✓ Good</source>
        <translation>✓ 可以</translation>
    </message>
</context>
<context>
    <name>Application</name>
    <message>
        <source>The master cannot start</source>
        <extracomment>From the wish to quit to the end of the process.</extracomment>
        <translation>主控节点无法启动</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>Switch master</source>
        <translation>切换主控节点</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>退出登录</translation>
    </message>
</context>
<context>
    <name>ApproveNodesDialog</name>
    <message>
        <source>Approve machines</source>
        <translation>批准机器</translation>
    </message>
    <message>
        <source>Each machine shows the fingerprint of its key where its agent runs. Tick a machine when both are the same: then it is the one you think it is.</source>
        <translation>每台机器运行工作节点程序的地方会显示其密钥指纹。两边一致，就说明是这台机器，再将其勾选。</translation>
    </message>
    <message>
        <source>{name}, who approves</source>
        <translation>{name}（批准人）</translation>
    </message>
    <message>
        <source>&amp;Owner, who earns with it (a user name):</source>
        <translation>主人，即收益归谁（用户名）(&amp;O)：</translation>
    </message>
    <message>
        <source>&amp;Approve</source>
        <translation>批准(&amp;A)</translation>
    </message>
    <message numerus="yes">
        <source>%n machines may work now.</source>
        <translation>
            <numerusform>已允许 %n 台机器工作。</numerusform>
        </translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>机器</translation>
    </message>
    <message>
        <source>Fingerprint of its key</source>
        <translation>密钥指纹</translation>
    </message>
    <message>
        <source>Machines that wait</source>
        <translation>等待批准的机器</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Approve %n machines</source>
        <translation>
            <numerusform>批准 %n 台机器(&amp;A)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Audit</name>
    <message>
        <source>sign in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>sign out</source>
        <translation>退出登录</translation>
    </message>
    <message>
        <source>register</source>
        <translation>注册</translation>
    </message>
    <message>
        <source>change own password</source>
        <translation>修改自己的密码</translation>
    </message>
    <message>
        <source>set a forgotten password</source>
        <translation>重设忘记的密码</translation>
    </message>
    <message>
        <source>end sessions</source>
        <translation>结束会话</translation>
    </message>
    <message>
        <source>make a reset code</source>
        <translation>生成重置码</translation>
    </message>
    <message>
        <source>lose the tunnel</source>
        <translation>隧道中断</translation>
    </message>
    <message>
        <source>repair the tunnel</source>
        <translation>修复隧道</translation>
    </message>
    <message>
        <source>restore the tunnel’s file</source>
        <translation>恢复隧道的文件</translation>
    </message>
    <message>
        <source>fetch the hub’s key anew</source>
        <translation>重新获取枢纽的密钥</translation>
    </message>
    <message>
        <source>cut a revoked node off the tunnel</source>
        <translation>将已吊销的节点从隧道切断</translation>
    </message>
    <message>
        <source>change a key that was old</source>
        <translation>更换过期的密钥</translation>
    </message>
    <message>
        <source>make the first admin</source>
        <translation>创建首位管理员</translation>
    </message>
    <message>
        <source>create a user</source>
        <translation>创建用户</translation>
    </message>
    <message>
        <source>change a user</source>
        <translation>修改用户</translation>
    </message>
    <message>
        <source>transfer CPT</source>
        <translation>转账 CPT</translation>
    </message>
    <message>
        <source>grant CPT</source>
        <translation>发放 CPT</translation>
    </message>
    <message>
        <source>submit a task</source>
        <translation>提交任务</translation>
    </message>
    <message>
        <source>cancel a task</source>
        <translation>取消任务</translation>
    </message>
    <message>
        <source>retry a task</source>
        <translation>重新运行任务</translation>
    </message>
    <message>
        <source>change a priority</source>
        <translation>修改优先级</translation>
    </message>
    <message>
        <source>delete a result</source>
        <translation>删除结果</translation>
    </message>
    <message>
        <source>join as a node</source>
        <translation>作为节点加入</translation>
    </message>
    <message>
        <source>approve a node</source>
        <translation>批准节点</translation>
    </message>
    <message>
        <source>change a node&apos;s state</source>
        <translation>修改节点状态</translation>
    </message>
    <message>
        <source>locate a node</source>
        <translation>设置节点位置</translation>
    </message>
    <message>
        <source>make a join token</source>
        <translation>创建加入令牌</translation>
    </message>
    <message>
        <source>revoke a join token</source>
        <translation>吊销加入令牌</translation>
    </message>
    <message>
        <source>set up the encrypted network</source>
        <translation>设置加密网络</translation>
    </message>
    <message>
        <source>stop the encrypted network</source>
        <translation>停止加密网络</translation>
    </message>
    <message>
        <source>add a peer</source>
        <translation>添加对等方</translation>
    </message>
    <message>
        <source>rename a peer</source>
        <translation>重命名对等方</translation>
    </message>
    <message>
        <source>revoke a peer</source>
        <translation>吊销对等方</translation>
    </message>
    <message>
        <source>change a tunnel&apos;s key</source>
        <translation>更换隧道密钥</translation>
    </message>
    <message>
        <source>join the encrypted network</source>
        <translation>加入加密网络</translation>
    </message>
    <message>
        <source>the master itself</source>
        <translation>主控节点自身</translation>
    </message>
    <message>
        <source>not signed in</source>
        <translation>未登录</translation>
    </message>
    <message>
        <source>the master&apos;s machine</source>
        <translation>主控节点所在的机器</translation>
    </message>
    <message>
        <source>✓ done</source>
        <translation>✓ 完成</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>何人</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>行</translation>
    </message>
</context>
<context>
    <name>AuditDetails</name>
    <message>
        <source>When:</source>
        <translation>时间：</translation>
    </message>
    <message>
        <source>Who:</source>
        <translation>何人：</translation>
    </message>
    <message>
        <source>From:</source>
        <translation>来源：</translation>
    </message>
    <message>
        <source>Target:</source>
        <translation>对象：</translation>
    </message>
    <message>
        <source>Result:</source>
        <translation>结果：</translation>
    </message>
    <message>
        <source>Times:</source>
        <translation>次数：</translation>
    </message>
    <message>
        <source>Details:</source>
        <translation>详情：</translation>
    </message>
    <message>
        <source>Call:</source>
        <translation>调用：</translation>
    </message>
    <message>
        <source>Hash:</source>
        <translation>哈希：</translation>
    </message>
    <message>
        <source>No row chosen</source>
        <translation>未选择行</translation>
    </message>
    <message>
        <source>Choose a row to see all that is known of it.</source>
        <translation>选择一行，即可查看其全部信息。</translation>
    </message>
    <message>
        <source>{action}, row {number}</source>
        <translation>{action}，第 {number} 行</translation>
    </message>
    <message numerus="yes">
        <source>%n equal refusal(s) within ten minutes</source>
        <translation>
            <numerusform>十分钟内 %n 次相同的拒绝</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AuditFilterBar</name>
    <message>
        <source>Choose, or type a user&apos;s or a node&apos;s name and press Enter.</source>
        <translation>请选择，或输入用户或节点的名称后按回车。</translation>
    </message>
    <message>
        <source>Everybody</source>
        <translation>所有人</translation>
    </message>
    <message>
        <source>All actions</source>
        <translation>所有操作</translation>
    </message>
    <message>
        <source>All results</source>
        <translation>所有结果</translation>
    </message>
    <message>
        <source>✓ done</source>
        <translation>✓ 完成</translation>
    </message>
    <message>
        <source>✕ refused</source>
        <translation>✕ 被拒绝</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Period:</source>
        <translation>时间：</translation>
    </message>
    <message>
        <source>Who:</source>
        <translation>何人：</translation>
    </message>
    <message>
        <source>Action:</source>
        <translation>操作：</translation>
    </message>
    <message>
        <source>Result:</source>
        <translation>结果：</translation>
    </message>
</context>
<context>
    <name>AuditPane</name>
    <message>
        <source>Compute every row&apos;s hash anew, and compare.</source>
        <translation>重新计算每一行的哈希并比对。</translation>
    </message>
    <message>
        <source>Who did what to what, the newest first.</source>
        <translation>何人对何物做了什么，最新的在前。</translation>
    </message>
    <message>
        <source>Audit</source>
        <translation>审计</translation>
    </message>
    <message>
        <source>Load the audit log</source>
        <translation>加载审计日志</translation>
    </message>
    <message>
        <source>Nothing has been done yet: what people do from now on is seen here.</source>
        <translation>尚无任何操作：今后大家所做的操作会显示在这里。</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>刷新</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>校验</translation>
    </message>
    <message>
        <source>Verifying every row…</source>
        <translation>正在验证每一行…</translation>
    </message>
    <message>
        <source>Verify the audit log</source>
        <translation>验证审计日志</translation>
    </message>
    <message>
        <source>✓ The audit log is sound: {rows} rows, each follows from the one before. Note the last hash to prove it later: {head}</source>
        <translation>✓ 审计日志完好：共 {rows} 行，每行都与前一行相接。记下最后的哈希，日后可作证明：{head}</translation>
    </message>
    <message>
        <source>⚠ The audit log was changed at row {row}: {fault} Stop the master and compare with a backup.</source>
        <translation>⚠ 审计日志在第 {row} 行被改动：{fault} 请停止主控节点并与备份比对。</translation>
    </message>
    <message>
        <source>Export the audit log</source>
        <translation>导出审计日志</translation>
    </message>
</context>
<context>
    <name>Bell</name>
    <message numerus="yes">
        <source>%n unread notices</source>
        <translation>
            <numerusform>%n 条未读通知</numerusform>
        </translation>
    </message>
    <message>
        <source>Notices</source>
        <translation>通知</translation>
    </message>
</context>
<context>
    <name>Bulk</name>
    <message>
        <source>{refused} of {all} were refused. {why}</source>
        <extracomment>Calls under way at once: more would only wait in the master.</extracomment>
        <translation>{all} 项中有 {refused} 项被拒绝。{why}</translation>
    </message>
</context>
<context>
    <name>ChangeNodesDialog</name>
    <message>
        <source>Needed: it is recorded</source>
        <translation>必填，会记入历史</translation>
    </message>
    <message>
        <source>Recorded, may stay empty</source>
        <translation>可留空，会记入历史</translation>
    </message>
    <message>
        <source>&amp;Reason:</source>
        <translation>原因(&amp;R)：</translation>
    </message>
    <message>
        <source>Give a reason first.</source>
        <translation>请先填写原因。</translation>
    </message>
    <message numerus="yes">
        <source>Pause %n nodes</source>
        <translation>
            <numerusform>暂停 %n 个节点</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Resume %n nodes</source>
        <translation>
            <numerusform>恢复 %n 个节点</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drain %n nodes</source>
        <translation>
            <numerusform>排空 %n 个节点</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Revoke %n nodes</source>
        <translation>
            <numerusform>吊销 %n 个节点</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Pause %n nodes?</source>
        <translation>
            <numerusform>暂停 %n 个节点？</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Let %n nodes take tasks again?</source>
        <translation>
            <numerusform>让 %n 个节点重新接任务？</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drain %n nodes?</source>
        <translation>
            <numerusform>排空 %n 个节点？</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Revoke %n nodes for good?</source>
        <translation>
            <numerusform>永久吊销 %n 个节点？</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n nodes paused.</source>
        <translation>
            <numerusform>已暂停 %n 个节点。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n nodes take tasks again.</source>
        <translation>
            <numerusform>%n 个节点重新开始接任务。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n nodes are draining.</source>
        <translation>
            <numerusform>正在排空 %n 个节点。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n nodes revoked.</source>
        <translation>
            <numerusform>已吊销 %n 个节点。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} 等，另有 %n 个</numerusform>
        </translation>
    </message>
    <message>
        <source>The scheduler may place tasks there at once.</source>
        <translation>可立即向这里分派任务。</translation>
    </message>
    <message>
        <source>No task runs there. This cannot be undone.</source>
        <translation>上面没有正在运行的任务。此操作无法撤销。</translation>
    </message>
    <message>
        <source>No task runs there. No new ones are placed there until you resume.</source>
        <translation>上面没有正在运行的任务。恢复之前不再分派新任务。</translation>
    </message>
    <message numerus="yes">
        <source>%n tasks</source>
        <translation>
            <numerusform>%n 个任务</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n users</source>
        <translation>
            <numerusform>%n 位用户</numerusform>
        </translation>
    </message>
    <message>
        <source>{tasks} of {users} go on there. No new ones are placed until you resume.</source>
        <translation>{users}的 {tasks}继续运行。恢复之前不再分派新任务。</translation>
    </message>
    <message>
        <source>{tasks} of {users} are finished there or given back to the queue; then the nodes are paused.</source>
        <translation>{users}的 {tasks}会在这里运行完，或退回队列；随后节点暂停。</translation>
    </message>
    <message>
        <source>{tasks} of {users} are lost there and start anew elsewhere. A revoked machine must join anew with another key. This cannot be undone.</source>
        <translation>{users}的 {tasks}会在这里中断，并在别处重新开始。被吊销的机器须用新密钥重新加入。此操作无法撤销。</translation>
    </message>
    <message numerus="yes">
        <source>%n of the selected nodes stay as they are.</source>
        <translation>
            <numerusform>所选节点中有 %n 个保持不变。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChecksDialog</name>
    <message>
        <source>Diagnosis of the encrypted network</source>
        <translation>加密网络诊断</translation>
    </message>
    <message>
        <source>Looking …</source>
        <translation>检查中……</translation>
    </message>
    <message>
        <source>Look &amp;again</source>
        <translation>重新检查(&amp;A)</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Diagnose the encrypted network</source>
        <translation>诊断加密网络</translation>
    </message>
    <message numerus="yes">
        <source>%n fault(s) found</source>
        <translation>
            <numerusform>发现 %n 个故障</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It works; %n remark(s)</source>
        <translation>
            <numerusform>运行正常；%n 条提示</numerusform>
        </translation>
    </message>
    <message>
        <source>No fault found</source>
        <translation>未发现故障</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Find a command</source>
        <translation>查找命令</translation>
    </message>
    <message>
        <source>A command, a pane, a task or a node</source>
        <translation>命令、面板、任务或节点</translation>
    </message>
    <message>
        <source>What to find</source>
        <translation>要查找的内容</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>找到的内容</translation>
    </message>
    <message>
        <source>Show: {pane}</source>
        <translation>显示：{pane}</translation>
    </message>
    <message>
        <source>Node: {name}</source>
        <translation>节点：{name}</translation>
    </message>
    <message>
        <source>Task: {name}</source>
        <translation>任务：{name}</translation>
    </message>
</context>
<context>
    <name>ConfirmDialog</name>
    <message>
        <source>&amp;Leave it</source>
        <translation>不操作(&amp;L)</translation>
    </message>
</context>
<context>
    <name>Content</name>
    <message>
        <source>{name} cannot be read: {why}.</source>
        <extracomment>It names packages, which a task fetches over the network. It is written for a GPU. It has a recipe for a container image, which nobody here builds. Links are not packed. What to call the task where nobody says. The file that is run without a command; empty where there is none. Command lines that would run one of the files at the top.</extracomment>
        <translation>无法读取 {name}：{why}。</translation>
    </message>
    <message>
        <source>{name} is no file: take one folder, one ZIP archive, or files.</source>
        <translation>{name} 不是文件：请选择一个文件夹、一个 ZIP 压缩包或若干文件。</translation>
    </message>
    <message>
        <source>Two files are called {name}: rename one.</source>
        <translation>有两个文件都叫 {name}：请将其中一个改名。</translation>
    </message>
</context>
<context>
    <name>CrashReportsDialog</name>
    <message>
        <source>Something went wrong earlier</source>
        <translation>之前出现过问题</translation>
    </message>
    <message>
        <source>The program failed in a way that nobody foresaw, and wrote this down. It is on this computer alone, and nothing is sent. If you report the fault, send it along.</source>
        <translation>程序曾因未预料的原因出错，并记录了下来。记录只保存在本机，不会发送任何内容。如果您报告此故障，请附上它。</translation>
    </message>
    <message>
        <source>&amp;Keep</source>
        <translation>保留(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Open folder</source>
        <translation>打开文件夹(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>删除(&amp;D)</translation>
    </message>
</context>
<context>
    <name>DeviceDialog</name>
    <message>
        <source>Add a device</source>
        <translation>添加设备</translation>
    </message>
    <message>
        <source>like “Ann’s phone”</source>
        <translation>例如“小安的手机”</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>名称(&amp;N)：</translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>添加(&amp;A)</translation>
    </message>
    <message>
        <source>A phone or a laptop gets an address in the encrypted network. Its private key is made here, shown once, and kept nowhere.</source>
        <translation>手机或笔记本会得到加密网络中的地址。其私钥在此生成，只显示一次，不在任何地方保存。</translation>
    </message>
    <message>
        <source>The configuration</source>
        <translation>配置</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Save…</source>
        <translation>保存(&amp;S)…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Scan the code with WireGuard’s app, or carry the file to the device. Both have the private key in them: this is the only time they are shown.</source>
        <translation>用 WireGuard 应用扫描二维码，或把文件带到设备上。两者都含有私钥：仅此一次显示。</translation>
    </message>
    <message>
        <source>✓ Copied</source>
        <translation>✓ 已复制</translation>
    </message>
    <message>
        <source>Save the configuration</source>
        <translation>保存配置</translation>
    </message>
    <message>
        <source>✓ Saved</source>
        <translation>✓ 已保存</translation>
    </message>
</context>
<context>
    <name>DropArea</name>
    <message>
        <source>&amp;Folder…</source>
        <extracomment>Somebody wants what a hint proposes.</extracomment>
        <translation>文件夹(&amp;F)…</translation>
    </message>
    <message>
        <source>F&amp;iles or ZIP…</source>
        <translation>文件或 ZIP(&amp;I)…</translation>
    </message>
    <message>
        <source>Allow the &amp;network</source>
        <translation>允许联网(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>移除(&amp;R)</translation>
    </message>
    <message>
        <source>Drop a folder, files or a ZIP archive here</source>
        <translation>将文件夹、文件或 ZIP 压缩包拖到这里</translation>
    </message>
    <message>
        <source>The task works on them. What it runs: run.sh, else main.py.</source>
        <translation>任务将使用这些文件，运行其中的 run.sh；没有则运行 main.py。</translation>
    </message>
    <message>
        <source>Looking at it…</source>
        <translation>正在查看…</translation>
    </message>
    <message>
        <source>The files of the earlier task</source>
        <translation>先前任务的文件</translation>
    </message>
    <message>
        <source>They are at the master already. Drop others to replace them.</source>
        <translation>文件已在主控节点上。拖入其他文件可替换。</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>等，另有 %n 项</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n 个文件</numerusform>
        </translation>
    </message>
    <message>
        <source>runs “{command}”</source>
        <translation>运行“{command}”</translation>
    </message>
    <message>
        <source>folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>ZIP archive</source>
        <translation>ZIP 压缩包</translation>
    </message>
    <message>
        <source>files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>ⓘ It names packages to install: that needs the network.</source>
        <translation>ⓘ 其中列出了要安装的软件包：需要联网。</translation>
    </message>
    <message>
        <source>ⓘ It seems to want a GPU: see More, GPU.</source>
        <translation>ⓘ 似乎需要 GPU：见“更多”中的“GPU”。</translation>
    </message>
    <message>
        <source>ⓘ A Dockerfile is not built here: name an image under More.</source>
        <translation>ⓘ 这里不会构建 Dockerfile：请在“更多”中填写镜像。</translation>
    </message>
    <message>
        <source>ⓘ Links are left out of the archive.</source>
        <translation>ⓘ 打包时不包含链接。</translation>
    </message>
    <message>
        <source>What the task works on</source>
        <translation>选择任务使用的文件</translation>
    </message>
</context>
<context>
    <name>EndpointStep</name>
    <message>
        <source>Where peers find it</source>
        <extracomment>What the master said when it was tried.</extracomment>
        <translation>对等方如何找到它</translation>
    </message>
    <message>
        <source> s</source>
        <translation> 秒</translation>
    </message>
    <message>
        <source>&amp;Address</source>
        <translation>地址(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;UDP port</source>
        <translation>UDP 端口(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Keep alive every</source>
        <translation>保活间隔(&amp;K)</translation>
    </message>
    <message>
        <source>Where the hub is</source>
        <translation>枢纽的位置</translation>
    </message>
    <message>
        <source>Nodes and phones send to this address and UDP port. Firewalls must let the port in, and a router must pass it on to this machine; from outside a name is best. The next step tries whether the port and the network are free here.</source>
        <translation>节点和手机向此地址和 UDP 端口发送。防火墙必须放行该端口，路由器必须转发到本机；从外部访问时最好用名称。下一步会检查端口和网络在此是否空闲。</translation>
    </message>
    <message>
        <source>Where the hub is, as its keeper says. The next step fetches its key and tries whether it fits.</source>
        <translation>枢纽的位置，按其管理者所说。下一步会获取其密钥并检查是否合适。</translation>
    </message>
    <message>
        <source>The hub’s address is in its file. The next step tries whether it fits.</source>
        <translation>枢纽的地址在其文件中。下一步会检查是否合适。</translation>
    </message>
    <message>
        <source>If a firewall of this machine is in the way:</source>
        <translation>如本机防火墙阻挡：</translation>
    </message>
</context>
<context>
    <name>EnvironmentTable</name>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Variables of the environment</source>
        <translation>环境变量</translation>
    </message>
    <message>
        <source>Delete removes the selected lines.</source>
        <translation>按 Delete 删除所选行。</translation>
    </message>
</context>
<context>
    <name>ExportButton</name>
    <message>
        <source>Export</source>
        <extracomment>What people choose from; a document a line is for programs.</extracomment>
        <translation>导出</translation>
    </message>
</context>
<context>
    <name>Failures</name>
    <message>
        <source>That did not work</source>
        <translation>操作未成功</translation>
    </message>
    <message>
        <source>&amp;Copy details</source>
        <translation>复制详细信息(&amp;C)</translation>
    </message>
    <message numerus="yes">
        <source>%n more failed.</source>
        <translation>
            <numerusform>另有 %n 项失败。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FindMastersButton</name>
    <message>
        <source>Ask this network which masters announce themselves</source>
        <translation>询问本网络中有哪些主控节点在公布自己</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>正在查找…</translation>
    </message>
    <message>
        <source>Find masters</source>
        <translation>查找主控节点</translation>
    </message>
    <message>
        <source>&amp;Find on this network</source>
        <translation>在本网络中查找(&amp;F)</translation>
    </message>
    <message>
        <source>{pool} – {address}, pin {pin}</source>
        <translation>{pool} – {address}，指纹 {pin}</translation>
    </message>
    <message>
        <source>None was heard: write the address of the master yourself.</source>
        <translation>未发现主控节点：请自行填写主控节点的地址。</translation>
    </message>
</context>
<context>
    <name>FirstStart</name>
    <message>
        <source>Welcome to HiveMind Master</source>
        <extracomment>So many machines may use the first line, within the hour for which a token is good. Another language was chosen; carries its locale.</extracomment>
        <translation>欢迎使用 HiveMind Master</translation>
    </message>
</context>
<context>
    <name>FlowChart</name>
    <message>
        <source>Balance and flow</source>
        <extracomment>Of the height, for the line; the bars take the rest.</extracomment>
        <translation>余额与流水</translation>
    </message>
    <message>
        <source>{count} points; the last balance is {balance}</source>
        <translation>共 {count} 个点；最后的余额为 {balance}</translation>
    </message>
    <message>
        <source>The chart begins with the first transfer.</source>
        <translation>有了第一笔账目，图表就从这里开始。</translation>
    </message>
    <message>
        <source>▲ in</source>
        <translation>▲ 收入</translation>
    </message>
    <message>
        <source>▼ out</source>
        <translation>▼ 支出</translation>
    </message>
    <message>
        <source>{date}
Balance {balance}
▲ {income} in
▼ {spent} out</source>
        <translation>{date}
余额 {balance}
▲ 收入 {income}
▼ 支出 {spent}</translation>
    </message>
</context>
<context>
    <name>Formats</name>
    <message>
        <source>{amount} d</source>
        <translation>{amount} 天</translation>
    </message>
    <message>
        <source>{amount} h</source>
        <translation>{amount} 小时</translation>
    </message>
    <message>
        <source>{amount} min</source>
        <translation>{amount} 分</translation>
    </message>
    <message>
        <source>{amount} s</source>
        <translation>{amount} 秒</translation>
    </message>
</context>
<context>
    <name>HandingIn</name>
    <message>
        <source>Progress of the upload</source>
        <extracomment>Of a bar: bytes may be more than it can count. After these the submission may have been taken all the same: the next try is the same one. Written by the packing thread, read by the timer: plain numbers. What is being submitted, and its request&apos;s id: a repeat is taken once.</extracomment>
        <translation>上传进度</translation>
    </message>
    <message>
        <source>Submit a task</source>
        <translation>提交任务</translation>
    </message>
    <message>
        <source>{name} cannot be read: {why}.</source>
        <translation>无法读取 {name}：{why}。</translation>
    </message>
    <message>
        <source>Uploading {done} of {total}</source>
        <translation>正在上传 {done} / {total}</translation>
    </message>
    <message>
        <source>Packing {done} of {total}</source>
        <translation>正在打包 {done} / {total}</translation>
    </message>
    <message>
        <source>Handing it in…</source>
        <translation>正在提交…</translation>
    </message>
</context>
<context>
    <name>HeatmapPane</name>
    <message>
        <source>Heatmap</source>
        <extracomment>Between two frames at least: five a second. Ages go on without a word from anybody. While machines come and go the cells are laid out anew once a second at most.</extracomment>
        <translation>热力图</translation>
    </message>
    <message>
        <source>Load (CPU or memory)</source>
        <translation>负载（CPU 或内存）</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>Running tasks</source>
        <translation>运行中的任务</translation>
    </message>
    <message>
        <source>Trust</source>
        <translation>信任等级</translation>
    </message>
    <message>
        <source>Heartbeat age</source>
        <translation>距上次心跳</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>不分组</translation>
    </message>
    <message>
        <source>Location</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>主人</translation>
    </message>
    <message>
        <source>Colour by</source>
        <translation>着色依据</translation>
    </message>
    <message>
        <source>Group by</source>
        <translation>分组依据</translation>
    </message>
    <message>
        <source>Heatmap of the nodes</source>
        <translation>节点热力图</translation>
    </message>
    <message>
        <source>Arrows go from node to node, Space selects, Enter shows details.</source>
        <translation>方向键在节点间移动，空格键选择，回车键显示详情。</translation>
    </message>
    <message>
        <source>No location</source>
        <translation>无位置</translation>
    </message>
    <message>
        <source>No owner</source>
        <translation>无主人</translation>
    </message>
    <message>
        <source>Not trusted yet</source>
        <translation>尚无信任等级</translation>
    </message>
    <message>
        <source>No value</source>
        <translation>无数据</translation>
    </message>
    <message>
        <source>{age} or more</source>
        <translation>{age}以上</translation>
    </message>
    <message>
        <source>now</source>
        <translation>刚刚</translation>
    </message>
    <message>
        <source>Never heard</source>
        <translation>从未收到心跳</translation>
    </message>
    <message>
        <source>No GPU, no value</source>
        <translation>无 GPU 或无数据</translation>
    </message>
    <message numerus="yes">
        <source>%n nodes</source>
        <translation>
            <numerusform>%n 个节点</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n selected</source>
        <translation>
            <numerusform>已选 %n 个</numerusform>
        </translation>
    </message>
    <message>
        <source>CPU {percent} %</source>
        <translation>CPU {percent} %</translation>
    </message>
    <message>
        <source>Memory {percent} %</source>
        <translation>内存 {percent} %</translation>
    </message>
    <message>
        <source>GPU {percent} %</source>
        <translation>GPU {percent} %</translation>
    </message>
    <message numerus="yes">
        <source>%n tasks</source>
        <translation>
            <numerusform>%n 个任务</numerusform>
        </translation>
    </message>
    <message>
        <source>heard {age} ago</source>
        <translation>{age}前有心跳</translation>
    </message>
    <message>
        <source>Asking the master…</source>
        <translation>正在询问主控节点…</translation>
    </message>
    <message>
        <source>No machine has joined yet</source>
        <translation>还没有机器加入</translation>
    </message>
    <message>
        <source>Each machine becomes a cell here.</source>
        <translation>每台机器在这里显示为一格。</translation>
    </message>
    <message>
        <source>Join a machine…</source>
        <translation>加入机器…</translation>
    </message>
    <message>
        <source>No machine to show</source>
        <translation>没有可显示的机器</translation>
    </message>
    <message>
        <source>You see your own machines here once they have joined.</source>
        <translation>自己的机器加入后会显示在这里。</translation>
    </message>
    <message>
        <source>owned by {name}</source>
        <translation>主人：{name}</translation>
    </message>
    <message>
        <source>trust: {level}</source>
        <translation>信任等级：{level}</translation>
    </message>
    <message>
        <source>Show &amp;all</source>
        <translation>显示全部(&amp;A)</translation>
    </message>
</context>
<context>
    <name>History</name>
    <message>
        <source>by {user}</source>
        <translation>由 {user}</translation>
    </message>
    <message>
        <source>Submitted, and queued</source>
        <translation>已提交并排队</translation>
    </message>
    <message>
        <source>attempt {number}</source>
        <translation>第 {number} 次尝试</translation>
    </message>
    <message>
        <source>Given to {node}</source>
        <translation>分配给 {node}</translation>
    </message>
    <message>
        <source>Started on {node}</source>
        <translation>在 {node} 上开始</translation>
    </message>
    <message>
        <source>Attempt {number} ended: {outcome}</source>
        <translation>第 {number} 次尝试结束：{outcome}</translation>
    </message>
    <message>
        <source>Queued again</source>
        <translation>重新排队</translation>
    </message>
    <message>
        <source>exit status {status}</source>
        <translation>退出状态 {status}</translation>
    </message>
    <message>
        <source>Priority changed: {amount} held instead of {before}</source>
        <translation>优先级已更改：冻结 {amount}，此前为 {before}</translation>
    </message>
    <message>
        <source>{amount} held</source>
        <translation>冻结 {amount}</translation>
    </message>
    <message>
        <source>{amount} paid to {to}</source>
        <translation>向 {to} 支付 {amount}</translation>
    </message>
    <message>
        <source>{amount} paid to the pool</source>
        <translation>向池支付 {amount}</translation>
    </message>
    <message>
        <source>{amount} refunded</source>
        <translation>退还 {amount}</translation>
    </message>
    <message>
        <source>The result is kept until here</source>
        <translation>结果保留到此时</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>发生了什么</translation>
    </message>
    <message>
        <source>Detail</source>
        <translation>详情</translation>
    </message>
</context>
<context>
    <name>JoinChecklist</name>
    <message>
        <source>… waiting for the machine to appear</source>
        <translation>… 等待机器出现</translation>
    </message>
</context>
<context>
    <name>JoinDialog</name>
    <message>
        <source>Join a machine</source>
        <translation>加入机器</translation>
    </message>
    <message>
        <source>1 hour</source>
        <translation>1 小时</translation>
    </message>
    <message>
        <source>1 day</source>
        <translation>1 天</translation>
    </message>
    <message>
        <source>7 days</source>
        <translation>7 天</translation>
    </message>
    <message>
        <source>30 days</source>
        <translation>30 天</translation>
    </message>
    <message>
        <source>&amp;Machines:</source>
        <translation>机器数(&amp;M)：</translation>
    </message>
    <message>
        <source>so many may use the line</source>
        <translation>这行命令可供多少台机器使用</translation>
    </message>
    <message>
        <source>&amp;Good for:</source>
        <translation>有效期(&amp;G)：</translation>
    </message>
    <message>
        <source>&amp;Owner:</source>
        <translation>主人(&amp;O)：</translation>
    </message>
    <message>
        <source>the user who earns with them</source>
        <translation>收益归这位用户</translation>
    </message>
    <message>
        <source>&amp;Note:</source>
        <translation>备注(&amp;N)：</translation>
    </message>
    <message>
        <source>like “room 204”</source>
        <translation>例如“204 室”</translation>
    </message>
    <message>
        <source>Make the &amp;line</source>
        <translation>生成命令(&amp;L)</translation>
    </message>
    <message>
        <source>A machine joins with one line that is run on it. The line has a secret in it: whoever has it can join a machine until it is used up or its time is over.</source>
        <translation>在机器上运行一行命令即可加入。命令中含有机密：在用完或过期之前，任何得到它的人都能让机器加入。</translation>
    </message>
    <message>
        <source>Make a join token</source>
        <translation>创建加入令牌</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>JoinPanel</name>
    <message numerus="yes">
        <source>Good for %n machine(s)</source>
        <translation>
            <numerusform>可供 %n 台机器使用，</numerusform>
        </translation>
    </message>
    <message>
        <source>until {time}. It is shown this once.</source>
        <translation>有效期至 {time}。只显示这一次。</translation>
    </message>
    <message>
        <source>Address of the master</source>
        <translation>主控节点的地址</translation>
    </message>
    <message>
        <source>Lin&amp;k to send</source>
        <translation>可发送的链接(&amp;K)</translation>
    </message>
    <message>
        <source>The line to run on the machine</source>
        <translation>在该机器上运行的命令</translation>
    </message>
    <message>
        <source>&amp;Reached at:</source>
        <translation>访问地址(&amp;R)：</translation>
    </message>
    <message>
        <source>Send this link in confidence. On the machine, in the folder of HiveMind: {command}</source>
        <translation>请私下发送此链接。在该机器的 HiveMind 文件夹中运行：{command}</translation>
    </message>
    <message>
        <source>Run this line on the machine, in the folder of HiveMind:</source>
        <translation>在该机器的 HiveMind 文件夹中运行此命令：</translation>
    </message>
    <message>
        <source>The link, for a camera</source>
        <translation>供相机扫描的链接</translation>
    </message>
    <message>
        <source>&amp;Copy the link</source>
        <translation>复制链接(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Copy the line</source>
        <translation>复制命令(&amp;C)</translation>
    </message>
    <message>
        <source>✓ &amp;Copied</source>
        <translation>✓ 已复制(&amp;C)</translation>
    </message>
</context>
<context>
    <name>JoinTokens</name>
    <message>
        <source>✓ usable</source>
        <translation>✓ 可用</translation>
    </message>
    <message>
        <source>● used up</source>
        <translation>● 已用完</translation>
    </message>
    <message>
        <source>◔ expired</source>
        <translation>◔ 已过期</translation>
    </message>
    <message>
        <source>⊘ revoked</source>
        <translation>⊘ 已吊销</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>令牌</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Uses left</source>
        <translation>剩余次数</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>主人</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Good until</source>
        <translation>有效至</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>创建时间</translation>
    </message>
</context>
<context>
    <name>JoinTokensPane</name>
    <message>
        <source>No join tokens</source>
        <extracomment>A token runs out, or is used by a machine: looked at again while the pane is seen.</extracomment>
        <translation>没有加入令牌</translation>
    </message>
    <message>
        <source>A machine joins with a line that has a token in it.</source>
        <translation>机器用一行含有令牌的命令加入。</translation>
    </message>
    <message>
        <source>Join a machine…</source>
        <translation>加入机器…</translation>
    </message>
    <message>
        <source>Revoke…</source>
        <translation>吊销…</translation>
    </message>
    <message>
        <source>Show those that are over</source>
        <translation>显示已失效的令牌</translation>
    </message>
    <message>
        <source>Join tokens</source>
        <translation>加入令牌</translation>
    </message>
    <message>
        <source>List the join tokens</source>
        <translation>列出加入令牌</translation>
    </message>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n 个令牌</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n over</source>
        <translation>
            <numerusform>%n 个已失效</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose tokens that are usable.</source>
        <translation>请选择可用的令牌。</translation>
    </message>
    <message>
        <source>Revoke</source>
        <translation>吊销</translation>
    </message>
    <message numerus="yes">
        <source>Revoke %n token(s)?</source>
        <translation>
            <numerusform>吊销 %n 个令牌？</numerusform>
        </translation>
    </message>
    <message>
        <source>Nobody can join with them any more. Machines that have joined stay.</source>
        <translation>此后无法再用它们加入。已加入的机器不受影响。</translation>
    </message>
    <message>
        <source>Revoke join tokens</source>
        <translation>吊销加入令牌</translation>
    </message>
    <message numerus="yes">
        <source>%n token(s) revoked</source>
        <translation>
            <numerusform>已吊销 %n 个令牌</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Joining</name>
    <message>
        <source>seen</source>
        <translation>已出现</translation>
    </message>
    <message>
        <source>revoked</source>
        <translation>已吊销</translation>
    </message>
    <message>
        <source>waits for approval: compare its key under Nodes</source>
        <translation>等待批准：请在“节点”中核对其密钥</translation>
    </message>
    <message>
        <source>approved</source>
        <translation>已批准</translation>
    </message>
    <message>
        <source>engine found</source>
        <translation>已找到引擎</translation>
    </message>
    <message>
        <source>no engine: install Docker, Podman or bubblewrap there</source>
        <translation>没有引擎：请在这台机器上安装 Docker、Podman 或 bubblewrap</translation>
    </message>
    <message>
        <source>engine</source>
        <translation>引擎</translation>
    </message>
    <message>
        <source>benchmark: {score}</source>
        <translation>基准测试：{score}</translation>
    </message>
    <message>
        <source>benchmark</source>
        <translation>基准测试</translation>
    </message>
    <message>
        <source>first heartbeat</source>
        <translation>首次心跳</translation>
    </message>
</context>
<context>
    <name>LedgerFilterBar</name>
    <message>
        <source>All kinds</source>
        <extracomment>After the last key of a task&apos;s id.</extracomment>
        <translation>所有类型</translation>
    </message>
    <message>
        <source>My account</source>
        <translation>我的账户</translation>
    </message>
    <message>
        <source>Everybody</source>
        <translation>所有人</translation>
    </message>
    <message>
        <source>Choose, or type a user&apos;s name and press Enter.</source>
        <translation>选择，或输入用户名后按回车。</translation>
    </message>
    <message>
        <source>Task id</source>
        <translation>任务编号</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Period:</source>
        <translation>时间：</translation>
    </message>
    <message>
        <source>Kind:</source>
        <translation>类型：</translation>
    </message>
    <message>
        <source>Whose:</source>
        <translation>账户：</translation>
    </message>
</context>
<context>
    <name>LedgerHead</name>
    <message>
        <source>Balance</source>
        <extracomment>Carries an ExportKind.</extracomment>
        <translation>余额</translation>
    </message>
    <message>
        <source>What the account has.</source>
        <translation>账户中的全部金额。</translation>
    </message>
    <message>
        <source>Held</source>
        <translation>冻结</translation>
    </message>
    <message>
        <source>Reserved for tasks that have not ended yet.</source>
        <translation>为尚未结束的任务保留的金额。</translation>
    </message>
    <message>
        <source>Available</source>
        <translation>可用</translation>
    </message>
    <message>
        <source>What can be spent now.</source>
        <translation>现在可以花费的金额。</translation>
    </message>
    <message>
        <source>Transfer…</source>
        <translation>转账…</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>校验</translation>
    </message>
    <message>
        <source>Compute every row&apos;s hash and every balance anew, and compare.</source>
        <translation>重新计算每一行的哈希和每个余额，并加以比较。</translation>
    </message>
    <message>
        <source>✓ together 0</source>
        <translation>✓ 合计 0</translation>
    </message>
    <message>
        <source>⚠ together {total}: verify the ledger</source>
        <translation>⚠ 合计 {total}：请校验账本</translation>
    </message>
    <message>
        <source>{held} held</source>
        <translation>冻结 {held}</translation>
    </message>
    <message>
        <source>{count} rows</source>
        <translation>{count} 行</translation>
    </message>
    <message>
        <source>The pool: {accounts}</source>
        <translation>池：{accounts}</translation>
    </message>
    <message>
        <source>✓ The ledger is sound: {rows} rows, each follows from the one before. The last hash begins with {head}.</source>
        <translation>✓ 账本完好：共 {rows} 行，前后相接。最后的哈希以 {head} 开头。</translation>
    </message>
    <message>
        <source>⚠ The ledger was changed at row {row}: {fault} Stop the master and compare with a backup.</source>
        <translation>⚠ 账本在第 {row} 行被改动：{fault} 请停止主控节点，与备份比较。</translation>
    </message>
</context>
<context>
    <name>LedgerPane</name>
    <message>
        <source>Ledger</source>
        <extracomment>After money was moved. Rows looked through for the one before another.</extracomment>
        <translation>账本</translation>
    </message>
    <message>
        <source>Load the ledger</source>
        <translation>加载账本</translation>
    </message>
    <message>
        <source>No transfers yet: submit a task, or lend a machine and earn.</source>
        <translation>还没有账目：可以提交任务，或出借机器赚取收益。</translation>
    </message>
    <message>
        <source>Sum the ledger up</source>
        <translation>汇总账本</translation>
    </message>
    <message>
        <source>Explain a transfer</source>
        <translation>解释账目</translation>
    </message>
    <message>
        <source>none: it is the first row</source>
        <translation>无：这是第一行</translation>
    </message>
    <message>
        <source>shown to those who may read the whole ledger</source>
        <translation>仅对可查看整个账本的人显示</translation>
    </message>
    <message>
        <source>not found nearby</source>
        <translation>附近未找到</translation>
    </message>
    <message>
        <source>Verifying every row…</source>
        <translation>正在逐行校验…</translation>
    </message>
    <message>
        <source>Verify the ledger</source>
        <translation>校验账本</translation>
    </message>
    <message>
        <source>Export the ledger</source>
        <translation>导出账本</translation>
    </message>
</context>
<context>
    <name>LendStep</name>
    <message>
        <source>This computer</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>This computer can run tasks as well. They run in a container or a sandbox, never on the bare machine.</source>
        <translation>本机也可以运行任务。任务在容器或沙箱中运行，绝不直接在本机上运行。</translation>
    </message>
    <message>
        <source>&amp;Let this computer work too</source>
        <translation>让本机也参与工作(&amp;L)</translation>
    </message>
    <message>
        <source>… looking what this computer can shut tasks in</source>
        <translation>… 正在检查本机能用什么隔离任务</translation>
    </message>
    <message>
        <source>⚠ This computer&apos;s own worker did not answer.</source>
        <translation>⚠ 本机的工作程序没有回应。</translation>
    </message>
    <message>
        <source>✓ Tasks are shut in by {engines}.</source>
        <translation>✓ 任务由 {engines} 隔离。</translation>
    </message>
    <message>
        <source>⚠ Nothing was found that shuts tasks in, so this computer would get none. Install one of these, whenever you like:</source>
        <translation>⚠ 未找到能隔离任务的程序，因此本机不会得到任务。可随时安装以下任意一种：</translation>
    </message>
</context>
<context>
    <name>LiveTablePane</name>
    <message>
        <source>{words} (Ctrl+F)</source>
        <extracomment>Between two flushes of what changed at least. The pane that shows one of its rows in full.</extracomment>
        <translation>{words} (Ctrl+F)</translation>
    </message>
    <message>
        <source>{shown} of {all}</source>
        <translation>{shown} / {all}</translation>
    </message>
    <message>
        <source>The filter hides all of them.</source>
        <translation>全部被筛选条件隐藏。</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>显示全部</translation>
    </message>
    <message>
        <source>Asking the master…</source>
        <translation>正在询问主控节点…</translation>
    </message>
    <message>
        <source>&amp;Show details</source>
        <translation>显示详情(&amp;S)</translation>
    </message>
</context>
<context>
    <name>LocationDialog</name>
    <message numerus="yes">
        <source>Set the location of %n nodes</source>
        <translation>
            <numerusform>设置 %n 个节点的位置</numerusform>
        </translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>Two letters, like DE or CN</source>
        <translation>两个字母，例如 CN 或 DE</translation>
    </message>
    <message>
        <source>A name that the pool uses, like “room 204”</source>
        <translation>池中使用的名称，例如“204 室”</translation>
    </message>
    <message>
        <source>&amp;Continent:</source>
        <translation>大洲(&amp;C)：</translation>
    </message>
    <message>
        <source>C&amp;ountry:</source>
        <translation>国家或地区(&amp;O)：</translation>
    </message>
    <message>
        <source>&amp;Site:</source>
        <translation>地点(&amp;S)：</translation>
    </message>
    <message numerus="yes">
        <source>The location of %n nodes is set.</source>
        <translation>
            <numerusform>已设置 %n 个节点的位置。</numerusform>
        </translation>
    </message>
    <message>
        <source>The nodes stand at different places now: all get the one given here.</source>
        <translation>这些节点目前位置各异：将统一设为此处的位置。</translation>
    </message>
    <message>
        <source>A country has two letters.</source>
        <translation>国家或地区代码为两个字母。</translation>
    </message>
</context>
<context>
    <name>LogPanel</name>
    <message>
        <source>Log</source>
        <extracomment>Looked through in one go: a few milliseconds&apos; worth. So many lines are looked through, for whoever waits for a search to end.</extracomment>
        <translation>日志</translation>
    </message>
    <message>
        <source>Only these lines</source>
        <translation>仅显示匹配行</translation>
    </message>
    <message>
        <source>Wrap</source>
        <translation>自动换行</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>↓ To the end</source>
        <translation>↓ 跳到末尾</translation>
    </message>
    <message>
        <source>Find in the log (Ctrl+F)</source>
        <translation>在日志中查找 (Ctrl+F)</translation>
    </message>
    <message>
        <source>Find in the log</source>
        <translation>在日志中查找</translation>
    </message>
    <message>
        <source>Previous (Shift+F3)</source>
        <translation>上一个 (Shift+F3)</translation>
    </message>
    <message>
        <source>Next (F3)</source>
        <translation>下一个 (F3)</translation>
    </message>
    <message>
        <source>Which output</source>
        <translation>选择输出</translation>
    </message>
    <message>
        <source>All output</source>
        <translation>全部输出</translation>
    </message>
    <message>
        <source>Standard output</source>
        <translation>标准输出</translation>
    </message>
    <message>
        <source>Errors (err)</source>
        <translation>标准错误 (err)</translation>
    </message>
    <message>
        <source>{place} of {all}</source>
        <translation>{place} / {all}</translation>
    </message>
    <message>
        <source>not found</source>
        <translation>未找到</translation>
    </message>
    <message>
        <source>{all} lines</source>
        <translation>{all} 行</translation>
    </message>
    <message>
        <source>Save the log</source>
        <translation>保存日志</translation>
    </message>
    <message>
        <source>Saved {path}.</source>
        <translation>已保存到 {path}。</translation>
    </message>
    <message>
        <source>{path} cannot be written: {why}.</source>
        <translation>无法写入 {path}：{why}。</translation>
    </message>
</context>
<context>
    <name>LogView</name>
    <message>
        <source> … %n more bytes</source>
        <extracomment>More are not marked within one line. Laid out lines that are kept. The widest line so far, in pixels.</extracomment>
        <translation> … 另有 %n 字节</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>&amp;Pool</source>
        <extracomment>At first, where the screen has room for it. What a window manager may put around the window. The master at this address is to be shown; &quot;&quot;: another one, to be asked for. The window was closed; what that means is decided elsewhere.</extracomment>
        <translation>池(&amp;P)</translation>
    </message>
    <message>
        <source>My &amp;account…</source>
        <translation>我的账户(&amp;A)…</translation>
    </message>
    <message>
        <source>Sign &amp;out</source>
        <translation>退出登录(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>设置(&amp;S)…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Master</source>
        <extracomment>Filled by whoever knows the masters.</extracomment>
        <translation>主控(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation>重置布局(&amp;R)</translation>
    </message>
    <message>
        <source>{pool} – HiveMind Master</source>
        <translation>{pool} – HiveMind Master</translation>
    </message>
</context>
<context>
    <name>MasterLogPane</name>
    <message>
        <source>Log of the master</source>
        <translation>主控节点日志</translation>
    </message>
    <message>
        <source>Read the log of the master</source>
        <translation>读取主控节点日志</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>跟随</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>The log cannot be read</source>
        <translation>无法读取日志</translation>
    </message>
    <message>
        <source>Nothing logged yet</source>
        <translation>尚无日志</translation>
    </message>
    <message>
        <source>What the master logs is seen here at once.</source>
        <translation>主控节点记录的内容会立即显示在这里。</translation>
    </message>
    <message numerus="yes">
        <source>%n record(s)</source>
        <translation>
            <numerusform>%n 条记录</numerusform>
        </translation>
    </message>
    <message>
        <source>{shown} of {records} shown</source>
        <translation>显示 {shown} / {records}</translation>
    </message>
    <message numerus="yes">
        <source>⚠ %n record(s) came too fast and are lost</source>
        <translation>
            <numerusform>⚠ %n 条记录来得太快，已丢失</numerusform>
        </translation>
    </message>
    <message>
        <source>Search the log</source>
        <translation>搜索日志</translation>
    </message>
    <message>
        <source>{level} and above</source>
        <translation>{level}及以上</translation>
    </message>
    <message>
        <source>Level:</source>
        <translation>级别：</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>级别</translation>
    </message>
    <message>
        <source>Stay at the end while records come.</source>
        <translation>有新记录时停留在末尾。</translation>
    </message>
    <message>
        <source>The chosen record</source>
        <translation>所选记录</translation>
    </message>
</context>
<context>
    <name>MastersMenu</name>
    <message>
        <source>Look which masters are known</source>
        <translation>查看已知的主控节点</translation>
    </message>
    <message>
        <source>&amp;This computer&apos;s pool</source>
        <translation>本机的池(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Other master…</source>
        <translation>其他主控节点(&amp;O)…</translation>
    </message>
    <message>
        <source>Sign in to another master, or find one on this network</source>
        <translation>登录到其他主控节点，或在本网络中查找</translation>
    </message>
    <message>
        <source>&amp;Forget</source>
        <translation>忘记(&amp;F)</translation>
    </message>
    <message>
        <source>signed out</source>
        <translation>已退出登录</translation>
    </message>
    <message>
        <source>{pool} – {user} at {address}</source>
        <translation>{pool} – {user}，{address}</translation>
    </message>
    <message>
        <source>Forget a master</source>
        <translation>忘记主控节点</translation>
    </message>
</context>
<context>
    <name>MoreMachinesStep</name>
    <message>
        <source>More machines</source>
        <translation>更多机器</translation>
    </message>
    <message>
        <source>Other machines join with one line, a link or a code. You find this later under “Join a machine”, too.</source>
        <translation>其他机器只需一行命令、一个链接或一个二维码即可加入。以后也可在“加入机器”中找到。</translation>
    </message>
    <message>
        <source>&amp;Show how a machine joins</source>
        <translation>显示如何加入机器(&amp;S)</translation>
    </message>
    <message>
        <source>Make a join token</source>
        <translation>创建加入令牌</translation>
    </message>
</context>
<context>
    <name>NetworkStep</name>
    <message>
        <source>The network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>none; like fd86::/64</source>
        <translation>无；例如 fd86::/64</translation>
    </message>
    <message>
        <source>&amp;Addresses (IPv4)</source>
        <translation>地址（IPv4）(&amp;A)</translation>
    </message>
    <message>
        <source>Addresses (IPv&amp;6)</source>
        <translation>地址（IPv6）(&amp;6)</translation>
    </message>
    <message>
        <source>&amp;MTU</source>
        <translation>MTU(&amp;M)</translation>
    </message>
    <message>
        <source>The configuration</source>
        <translation>配置</translation>
    </message>
    <message>
        <source>Address of the &amp;key</source>
        <translation>密钥的地址(&amp;K)</translation>
    </message>
    <message>
        <source>Pin of that &amp;server</source>
        <translation>该服务器的指纹(&amp;S)</translation>
    </message>
    <message>
        <source>This master’s &amp;addresses</source>
        <translation>此主控节点的地址(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Interface</source>
        <translation>接口(&amp;I)</translation>
    </message>
    <message>
        <source>The hub’s keeper made a &amp;file for this master</source>
        <translation>枢纽的管理者为此主控节点生成了文件(&amp;F)</translation>
    </message>
    <message>
        <source>The keeper &amp;publishes the hub’s key</source>
        <translation>管理者公布枢纽的密钥(&amp;P)</translation>
    </message>
    <message>
        <source>only if that server signs its own certificate</source>
        <translation>仅当该服务器使用自签证书时</translation>
    </message>
    <message>
        <source>as the keeper says, like 10.0.0.18/24</source>
        <translation>按管理者所说，例如 10.0.0.18/24</translation>
    </message>
    <message>
        <source>Choose a network that no machine of the pool uses otherwise. A /24 has room for 253 machines, a /16 for 65,533.</source>
        <translation>请选择池中没有机器另作他用的网络。/24 可容纳 253 台机器，/16 可容纳 65,533 台。</translation>
    </message>
    <message>
        <source>This master makes its private key itself and fetches the hub’s public one. Its own public key is shown at the end, for the keeper.</source>
        <translation>此主控节点自己生成私钥，并获取枢纽的公钥。最后会显示它自己的公钥，供管理者使用。</translation>
    </message>
    <message>
        <source>Paste the configuration that the hub’s keeper made for this master.</source>
        <translation>粘贴枢纽管理者为此主控节点生成的配置。</translation>
    </message>
    <message>
        <source>Name the address of the key and this master’s own.</source>
        <translation>请给出密钥的地址和此主控节点自己的地址。</translation>
    </message>
    <message>
        <source>Paste the configuration.</source>
        <translation>请粘贴配置。</translation>
    </message>
    <message>
        <source>Name a network.</source>
        <translation>请填写网络。</translation>
    </message>
</context>
<context>
    <name>NodeActions</name>
    <message>
        <source>&amp;Approve…</source>
        <extracomment>A dialog was opened; for whoever wants to know of it.</extracomment>
        <translation>批准(&amp;A)…</translation>
    </message>
    <message>
        <source>&amp;Pause…</source>
        <translation>暂停(&amp;P)…</translation>
    </message>
    <message>
        <source>&amp;Resume…</source>
        <translation>恢复(&amp;R)…</translation>
    </message>
    <message>
        <source>&amp;Drain…</source>
        <translation>排空(&amp;D)…</translation>
    </message>
    <message>
        <source>Re&amp;voke…</source>
        <translation>吊销(&amp;V)…</translation>
    </message>
    <message>
        <source>Set &amp;location…</source>
        <translation>设置位置(&amp;L)…</translation>
    </message>
    <message>
        <source>&amp;Copy names</source>
        <translation>复制名称(&amp;C)</translation>
    </message>
    <message>
        <source>Your role may not do this: ask an operator.</source>
        <translation>当前角色无此权限：请联系操作员。</translation>
    </message>
    <message>
        <source>Only its owner or an operator may say where a node stands.</source>
        <translation>只有节点的主人或操作员可以设置其位置。</translation>
    </message>
    <message>
        <source>Select nodes first.</source>
        <translation>请先选择节点。</translation>
    </message>
    <message>
        <source>No selected node is in a state for this.</source>
        <translation>所选节点的状态均不允许此操作。</translation>
    </message>
</context>
<context>
    <name>NodeDetailsPane</name>
    <message>
        <source>No node selected</source>
        <translation>未选择节点</translation>
    </message>
    <message>
        <source>Select one in the table of nodes or in the heatmap.</source>
        <translation>请在节点表或热力图中选择一个。</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>节点详情</translation>
    </message>
    <message>
        <source>Last hour</source>
        <translation>最近 1 小时</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>最近 1 天</translation>
    </message>
    <message>
        <source>Time shown</source>
        <translation>显示的时间段</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>负载</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>信息</translation>
    </message>
    <message>
        <source>Tasks</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Trust</source>
        <translation>信任等级</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>接收</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Tasks of the node</source>
        <translation>节点上的任务</translation>
    </message>
    <message>
        <source>No tasks</source>
        <translation>没有任务</translation>
    </message>
    <message>
        <source>None that you may see ran here lately.</source>
        <translation>近来没有可查看的任务在此运行。</translation>
    </message>
    <message>
        <source>Trust in the node over time</source>
        <translation>节点信任等级的变化</translation>
    </message>
    <message>
        <source>Watch a node</source>
        <translation>观察节点</translation>
    </message>
    <message>
        <source>What was before is not known: {why}</source>
        <translation>无法取得之前的数据：{why}</translation>
    </message>
    <message>
        <source>History of a node</source>
        <translation>节点历史</translation>
    </message>
    <message>
        <source>Trust in a node</source>
        <translation>节点信任等级</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>尚无</translation>
    </message>
    <message>
        <source>Trust: {level}. {reason}</source>
        <translation>信任等级：{level}。{reason}</translation>
    </message>
    <message>
        <source>{state} · heard {age} ago</source>
        <translation>{state} · {age}前有心跳</translation>
    </message>
    <message>
        <source>earned {amount}</source>
        <translation>已赚取 {amount}</translation>
    </message>
    <message numerus="yes">
        <source>%n running</source>
        <translation>
            <numerusform>运行中 %n</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n succeeded</source>
        <translation>
            <numerusform>成功 %n</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n failed</source>
        <translation>
            <numerusform>失败 %n</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n dropped</source>
        <translation>
            <numerusform>中断 %n</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n wrong</source>
        <translation>
            <numerusform>%n 个错误</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>first of %n selected</source>
        <translation>
            <numerusform>所选 %n 个中的第一个</numerusform>
        </translation>
    </message>
    <message>
        <source>Tasks ({count})</source>
        <translation>任务（{count}）</translation>
    </message>
</context>
<context>
    <name>Nodes</name>
    <message>
        <source>Waiting for approval</source>
        <extracomment>Beside the word and the colour, to be told apart at a glance.</extracomment>
        <translation>等待批准</translation>
    </message>
    <message>
        <source>Online</source>
        <translation>在线</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Draining</source>
        <translation>排空中</translation>
    </message>
    <message>
        <source>Revoked</source>
        <translation>已吊销</translation>
    </message>
    <message>
        <source>{standing}, offline</source>
        <translation>{standing}，离线</translation>
    </message>
    <message>
        <source>Low</source>
        <translation>低</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>普通</translation>
    </message>
    <message>
        <source>High</source>
        <translation>高</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Sandbox</source>
        <translation>沙箱</translation>
    </message>
    <message>
        <source>Container</source>
        <translation>容器</translation>
    </message>
    <message>
        <source>Africa</source>
        <translation>非洲</translation>
    </message>
    <message>
        <source>Antarctica</source>
        <translation>南极洲</translation>
    </message>
    <message>
        <source>Asia</source>
        <translation>亚洲</translation>
    </message>
    <message>
        <source>Europe</source>
        <translation>欧洲</translation>
    </message>
    <message>
        <source>North America</source>
        <translation>北美洲</translation>
    </message>
    <message>
        <source>Oceania</source>
        <translation>大洋洲</translation>
    </message>
    <message>
        <source>South America</source>
        <translation>南美洲</translation>
    </message>
    <message>
        <source>Yes</source>
        <extracomment>The figures of a sample, as the wire names them.</extracomment>
        <translation>支持</translation>
    </message>
    <message>
        <source>No</source>
        <translation>不支持</translation>
    </message>
    <message>
        <source>{all}, {free} free</source>
        <translation>{all}，空闲 {free}</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>主人</translation>
    </message>
    <message>
        <source>Location</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Cores</source>
        <translation>核心</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Disk</source>
        <translation>磁盘</translation>
    </message>
    <message>
        <source>CPU score</source>
        <translation>CPU 评分</translation>
    </message>
    <message>
        <source>GPUs</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>Isolation</source>
        <translation>隔离</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>引擎</translation>
    </message>
    <message>
        <source>Isolation features</source>
        <translation>隔离特性</translation>
    </message>
    <message>
        <source>Container images</source>
        <translation>容器镜像</translation>
    </message>
    <message>
        <source>Platform</source>
        <translation>平台</translation>
    </message>
    <message>
        <source>Agent</source>
        <translation>节点程序</translation>
    </message>
    <message>
        <source>Joined</source>
        <translation>加入时间</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>Key fingerprint</source>
        <translation>密钥指纹</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Trust</source>
        <translation>信任等级</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Node</source>
        <extracomment>Seconds since 1970, by the clock of the master.</extracomment>
        <translation>节点</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>The larger of CPU and memory, now and at the last 60 heartbeats</source>
        <translation>CPU 与内存中较高者：当前值及最近 60 次心跳</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>负载</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>Tasks</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>接收</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Free disk</source>
        <translation>空闲磁盘</translation>
    </message>
    <message>
        <source>Heard</source>
        <translation>上次心跳</translation>
    </message>
    <message>
        <source>How long ago its last heartbeat came</source>
        <translation>距上次心跳的时间</translation>
    </message>
    <message>
        <source>Free cores</source>
        <translation>空闲核心</translation>
    </message>
    <message>
        <source>Memory, total</source>
        <translation>总内存</translation>
    </message>
    <message>
        <source>Free memory</source>
        <translation>空闲内存</translation>
    </message>
    <message>
        <source>Succeeded</source>
        <translation>成功</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Drops</source>
        <translation>中断</translation>
    </message>
    <message>
        <source>Earned</source>
        <translation>收益</translation>
    </message>
    <message>
        <source>{name}: {memory}, score {score}</source>
        <translation>{name}：{memory}，评分 {score}</translation>
    </message>
</context>
<context>
    <name>NodesPane</name>
    <message>
        <source>Nodes</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>Filter nodes</source>
        <translation>筛选节点</translation>
    </message>
    <message>
        <source>No node matches</source>
        <translation>没有匹配的节点</translation>
    </message>
    <message>
        <source>No machine has joined yet</source>
        <translation>还没有机器加入</translation>
    </message>
    <message>
        <source>A machine joins with one command, or with a code to scan.</source>
        <translation>机器用一行命令或扫描二维码加入。</translation>
    </message>
    <message>
        <source>Join a machine…</source>
        <translation>加入机器…</translation>
    </message>
    <message>
        <source>Ask an operator of the pool for a join token to lend one of yours.</source>
        <translation>要出借自己的机器，请向池的操作员索取加入令牌。</translation>
    </message>
</context>
<context>
    <name>NoticeList</name>
    <message>
        <source>Notices</source>
        <translation>通知</translation>
    </message>
    <message>
        <source>Nothing has happened yet. Here you are told when your tasks have ended, a node is lost or a machine waits for approval. The settings say of what.</source>
        <translation>还没有发生什么。您的任务结束、节点失联或有机器等待批准时，会在这里告诉您。可在设置中选择告知哪些事情。</translation>
    </message>
    <message>
        <source>&amp;Clear</source>
        <translation>清除(&amp;C)</translation>
    </message>
    <message>
        <source>{what} ({time} ago)</source>
        <translation>{what}（{time}前）</translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message>
        <source>%n nodes are offline.</source>
        <extracomment>A task that was cancelled was so by somebody: that is no news. Whether all nodes are the user&apos;s business.</extracomment>
        <translation>%n 个节点已离线。</translation>
    </message>
    <message>
        <source>{node} is offline.</source>
        <translation>{node} 已离线。</translation>
    </message>
    <message>
        <source>%n machines wait for approval.</source>
        <translation>%n 台机器等待批准。</translation>
    </message>
    <message>
        <source>{node} waits for approval.</source>
        <translation>{node} 等待批准。</translation>
    </message>
    <message>
        <source>Your balance is low: {amount} are left to spend.</source>
        <translation>余额不足：还可使用 {amount}。</translation>
    </message>
    <message>
        <source>“{task}” succeeded.</source>
        <translation>“{task}”已成功。</translation>
    </message>
    <message>
        <source>“{task}” failed. {why}</source>
        <translation>“{task}”失败。{why}</translation>
    </message>
    <message>
        <source>%n tasks failed.</source>
        <translation>%n 个任务失败。</translation>
    </message>
    <message>
        <source>%n tasks ended</source>
        <translation>%n 个任务结束</translation>
    </message>
    <message>
        <source>{ended}, %n of them failed.</source>
        <translation>{ended}，其中 %n 个失败。</translation>
    </message>
</context>
<context>
    <name>Notifier</name>
    <message>
        <source>See what has ended</source>
        <extracomment>What happens within this time is told in one message. Between two messages. Between two looks at the balance, which changes with every task of one&apos;s own. Whether somebody has the window before them. The newest first.</extracomment>
        <translation>查看已结束的任务</translation>
    </message>
</context>
<context>
    <name>Operations</name>
    <message>
        <source>{title}: partly done.</source>
        <extracomment>What can be taken back.</extracomment>
        <translation>{title}：部分完成。</translation>
    </message>
</context>
<context>
    <name>OrderPage</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>OverviewPane</name>
    <message>
        <source>Overview</source>
        <extracomment>The spans of which what was before has been asked for.</extracomment>
        <translation>概览</translation>
    </message>
    <message>
        <source>Nodes online</source>
        <translation>在线节点</translation>
    </message>
    <message>
        <source>Tasks waiting</source>
        <translation>等待的任务</translation>
    </message>
    <message>
        <source>Tasks running</source>
        <translation>运行的任务</translation>
    </message>
    <message>
        <source>Finished a minute</source>
        <translation>每分钟完成</translation>
    </message>
    <message>
        <source>Failed a minute</source>
        <translation>每分钟失败</translation>
    </message>
    <message>
        <source>Charged a minute</source>
        <translation>每分钟扣费</translation>
    </message>
    <message>
        <source>CPU held</source>
        <translation>已分配 CPU</translation>
    </message>
    <message>
        <source>Memory held</source>
        <translation>已分配内存</translation>
    </message>
    <message>
        <source>GPUs held</source>
        <translation>已分配 GPU</translation>
    </message>
    <message>
        <source>Last 10 minutes</source>
        <translation>最近 10 分钟</translation>
    </message>
    <message>
        <source>Last hour</source>
        <translation>最近 1 小时</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>最近 1 天</translation>
    </message>
    <message>
        <source>Graphs of the</source>
        <translation>图表时段</translation>
    </message>
    <message>
        <source>Load, measured</source>
        <translation>实测负载</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>Held by tasks, of the whole</source>
        <translation>已分配给任务的比例</translation>
    </message>
    <message>
        <source>Tasks that ended, a minute</source>
        <translation>每分钟结束的任务</translation>
    </message>
    <message>
        <source>Succeeded</source>
        <translation>成功</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>Open tasks</source>
        <translation>未结束的任务</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待</translation>
    </message>
    <message>
        <source>Assigned</source>
        <translation>已分派</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>What was before is not known: {why}</source>
        <translation>无法取得之前的数据：{why}</translation>
    </message>
    <message>
        <source>History of the pool</source>
        <translation>池的历史</translation>
    </message>
    <message>
        <source>Asking the master…</source>
        <translation>正在询问主控节点…</translation>
    </message>
    <message>
        <source>No machine has joined yet</source>
        <translation>还没有机器加入</translation>
    </message>
    <message>
        <source>Tasks can be submitted; they wait until there is one.</source>
        <translation>可以提交任务；有机器加入后才会运行。</translation>
    </message>
    <message>
        <source>Join a machine…</source>
        <translation>加入机器…</translation>
    </message>
    <message>
        <source>Tasks can be submitted; they wait until an operator lets one join.</source>
        <translation>可以提交任务；操作员让机器加入后才会运行。</translation>
    </message>
    <message>
        <source>of {all} known</source>
        <translation>共 {all} 个</translation>
    </message>
    <message>
        <source>{count} assigned</source>
        <translation>已分派 {count}</translation>
    </message>
    <message>
        <source>{count} in all</source>
        <translation>累计 {count}</translation>
    </message>
    <message>
        <source>{amount} in all</source>
        <translation>累计 {amount}</translation>
    </message>
    <message>
        <source>{held} of {all} cores</source>
        <translation>{held} / {all} 核</translation>
    </message>
    <message>
        <source>{held} of {all}</source>
        <translation>{held} / {all}</translation>
    </message>
</context>
<context>
    <name>Payment</name>
    <message>
        <source>Who gets it?</source>
        <extracomment>The field that shows a refusal of the master.</extracomment>
        <translation>请填写收款人。</translation>
    </message>
    <message>
        <source>That is you.</source>
        <translation>收款人是自己。</translation>
    </message>
    <message>
        <source>Write it like 12.5, with three decimals at most.</source>
        <translation>格式如 12.5，最多三位小数。</translation>
    </message>
    <message>
        <source>It must be above zero.</source>
        <translation>必须大于零。</translation>
    </message>
    <message>
        <source>That is more than the ledger holds.</source>
        <translation>超出账本的上限。</translation>
    </message>
    <message>
        <source>That is more than you have available.</source>
        <translation>超出可用余额。</translation>
    </message>
    <message>
        <source>{count} characters at most.</source>
        <translation>最多 {count} 个字符。</translation>
    </message>
    <message>
        <source>It may hold no control characters.</source>
        <translation>不能含有控制字符。</translation>
    </message>
    <message>
        <source>Say why: it is recorded.</source>
        <translation>请说明原因，会记入账本。</translation>
    </message>
</context>
<context>
    <name>People</name>
    <message>
        <source>user</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>worker</source>
        <translation>出借者</translation>
    </message>
    <message>
        <source>operator</source>
        <translation>操作员</translation>
    </message>
    <message>
        <source>auditor</source>
        <translation>审计员</translation>
    </message>
    <message>
        <source>admin</source>
        <translation>管理员</translation>
    </message>
    <message>
        <source>Submits tasks, lends machines, pays and earns.</source>
        <translation>提交任务、出借机器、付款和收款。</translation>
    </message>
    <message>
        <source>Lends machines and earns; submits nothing.</source>
        <translation>出借机器并赚取收益；不提交任务。</translation>
    </message>
    <message>
        <source>Looks after all machines and tasks of the pool.</source>
        <translation>管理池中所有机器和任务。</translation>
    </message>
    <message>
        <source>Sees everything, the whole ledger too; changes nothing.</source>
        <translation>可查看一切，包括整个账本；不能更改。</translation>
    </message>
    <message>
        <source>May do everything, and manages the users.</source>
        <translation>拥有全部权限，并管理用户。</translation>
    </message>
    <message>
        <source>⊘ disabled</source>
        <translation>⊘ 已停用</translation>
    </message>
    <message>
        <source>✓ may sign in</source>
        <translation>✓ 可登录</translation>
    </message>
    <message>
        <source>User</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>注册时间</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>编号</translation>
    </message>
</context>
<context>
    <name>PeoplePane</name>
    <message>
        <source>Users</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>List the users</source>
        <translation>列出用户</translation>
    </message>
    <message numerus="yes">
        <source>%n user(s)</source>
        <translation>
            <numerusform>%n 位用户</numerusform>
        </translation>
    </message>
    <message>
        <source>Only an admin may change users.</source>
        <translation>只有管理员可以更改用户。</translation>
    </message>
    <message>
        <source>Choose one user first.</source>
        <translation>请先选择一位用户。</translation>
    </message>
    <message>
        <source>New user…</source>
        <translation>新建用户…</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>Reset password…</source>
        <translation>重置密码…</translation>
    </message>
    <message>
        <source>Reset code…</source>
        <translation>重置码…</translation>
    </message>
    <message>
        <source>Sessions…</source>
        <translation>会话…</translation>
    </message>
    <message>
        <source>Enable…</source>
        <translation>启用…</translation>
    </message>
    <message>
        <source>Disable…</source>
        <translation>停用…</translation>
    </message>
    <message>
        <source>Make {user} {role}</source>
        <translation>将 {user} 设为{role}</translation>
    </message>
    <message>
        <source>It bites at once.</source>
        <translation>立即生效。</translation>
    </message>
    <message>
        <source>Change a role</source>
        <translation>更改角色</translation>
    </message>
    <message>
        <source>Disable {user}</source>
        <translation>停用 {user}</translation>
    </message>
    <message>
        <source>Enable {user}</source>
        <translation>启用 {user}</translation>
    </message>
    <message>
        <source>Their sessions end at once. Their tasks and their money stay.</source>
        <translation>其会话立即结束。任务和余额保留。</translation>
    </message>
    <message>
        <source>They may sign in again.</source>
        <translation>该用户可以重新登录。</translation>
    </message>
    <message>
        <source>{what}?</source>
        <translation>{what}？</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>筛选</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>刷新</translation>
    </message>
</context>
<context>
    <name>PeriodBox</name>
    <message>
        <source>Any time</source>
        <translation>任何时间</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>最近 7 天</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>最近 30 天</translation>
    </message>
    <message>
        <source>Last 365 days</source>
        <translation>最近 365 天</translation>
    </message>
</context>
<context>
    <name>PersonDialog</name>
    <message>
        <source>New password for {user}</source>
        <translation>{user} 的新密码</translation>
    </message>
    <message>
        <source>New user</source>
        <translation>新建用户</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>&amp;Set the password</source>
        <translation>设置密码(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Make the user</source>
        <translation>创建用户(&amp;M)</translation>
    </message>
    <message>
        <source>It ends all sessions of the user. Tell them the new password yourself.</source>
        <translation>该用户的所有会话将结束。请自行告知新密码。</translation>
    </message>
    <message>
        <source>Tell them the password yourself; they can change it after signing in.</source>
        <translation>请自行告知密码；登录后可以更改。</translation>
    </message>
    <message>
        <source>&amp;User name:</source>
        <translation>用户名(&amp;U)：</translation>
    </message>
    <message>
        <source>&amp;Role:</source>
        <translation>角色(&amp;R)：</translation>
    </message>
    <message numerus="yes">
        <source>%n characters or more</source>
        <translation>
            <numerusform>至少 %n 个字符</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Password:</source>
        <translation>密码(&amp;P)：</translation>
    </message>
    <message>
        <source>Su&amp;ggest</source>
        <translation>生成(&amp;G)</translation>
    </message>
    <message>
        <source>Co&amp;py</source>
        <translation>复制(&amp;P)</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>It is missing.</source>
        <translation>请填写。</translation>
    </message>
    <message>
        <source>It is too short.</source>
        <translation>太短。</translation>
    </message>
    <message>
        <source>The password of {user} is changed</source>
        <translation>已更改 {user} 的密码</translation>
    </message>
    <message>
        <source>The user {user} is made</source>
        <translation>已创建用户 {user}</translation>
    </message>
</context>
<context>
    <name>PinComparison</name>
    <message>
        <source>The pool&apos;s pin</source>
        <translation>池的指纹</translation>
    </message>
    <message>
        <source>Paste the pin or a join token, if you have it</source>
        <translation>如果有指纹或加入令牌，请粘贴到这里</translation>
    </message>
    <message>
        <source>The pin you were told</source>
        <translation>被告知的指纹</translation>
    </message>
    <message>
        <source>It is the same: &amp;trust this pool</source>
        <translation>一致，信任这个池(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation>返回(&amp;B)</translation>
    </message>
    <message>
        <source>Is this your pool?</source>
        <translation>这是要连接的池吗？</translation>
    </message>
    <message>
        <source>At {address} answers the pool “{pool}”. This console does not know it yet. Compare its pin with the one its operator told you, or that its own window or terminal shows: only then nobody stands between. Nothing secret was sent yet.</source>
        <translation>{address} 上应答的是池“{pool}”，本控制台首次连接它。请将下面的指纹与操作员告知的，或主控节点窗口、终端中显示的指纹核对：一致才能确定没有人在中间冒充。目前尚未发送任何机密信息。</translation>
    </message>
    <message>
        <source>✓ The pins are the same.</source>
        <translation>✓ 指纹一致。</translation>
    </message>
    <message>
        <source>⚠ That is another pool&apos;s pin: do not sign in here.</source>
        <translation>⚠ 这是另一个池的指纹：请勿在此登录。</translation>
    </message>
</context>
<context>
    <name>PoolStep</name>
    <message>
        <source>The pool</source>
        <translation>池</translation>
    </message>
    <message>
        <source>{computer}&apos;s pool</source>
        <translation>{computer} 的池</translation>
    </message>
    <message>
        <source>Name of the &amp;pool</source>
        <translation>池的名称(&amp;P)</translation>
    </message>
    <message>
        <source>Port for &amp;machines and users</source>
        <translation>机器和用户连接的端口(&amp;M)</translation>
    </message>
    <message>
        <source>Port of the &amp;web page</source>
        <translation>网页端口(&amp;W)</translation>
    </message>
    <message>
        <source>Give the pool a name.</source>
        <translation>请填写池的名称。</translation>
    </message>
    <message>
        <source>The two ports must differ.</source>
        <translation>两个端口不能相同。</translation>
    </message>
    <message>
        <source>Choose ports that no other program uses.</source>
        <translation>请选择未被其他程序占用的端口。</translation>
    </message>
    <message>
        <source>Other machines must reach the first port. If a firewall is in the way:</source>
        <translation>其他机器须能连接第一个端口。如有防火墙阻挡：</translation>
    </message>
</context>
<context>
    <name>PortCheck</name>
    <message>
        <source>✓ Free</source>
        <translation>✓ 可用</translation>
    </message>
    <message>
        <source>✕ Another program listens there</source>
        <translation>✕ 已被其他程序占用</translation>
    </message>
</context>
<context>
    <name>PriceCard</name>
    <message>
        <source>Price</source>
        <translation>价格</translation>
    </message>
    <message>
        <source>Balance after</source>
        <translation>提交后余额</translation>
    </message>
    <message>
        <source>Could run it</source>
        <translation>可运行的节点</translation>
    </message>
    <message>
        <source>Asking for the price…</source>
        <translation>正在询价…</translation>
    </message>
    <message numerus="yes">
        <source>✓ %n node(s), when free</source>
        <translation>
            <numerusform>✓ %n 个节点（空闲时）</numerusform>
        </translation>
    </message>
    <message>
        <source>⚠ No node known now: it would wait</source>
        <translation>⚠ 目前没有：任务会等待</translation>
    </message>
    <message>
        <source>{price} for each task.</source>
        <translation>每个任务 {price}。</translation>
    </message>
    <message>
        <source>Held until it has ended, given back if it fails.</source>
        <translation>冻结至任务结束，失败则退还。</translation>
    </message>
    <message>
        <source>⚠ {missing} too little</source>
        <translation>⚠ 还差 {missing}</translation>
    </message>
    <message>
        <source>{left} of {available}</source>
        <translation>{left} / {available}</translation>
    </message>
</context>
<context>
    <name>PriorityActions</name>
    <message>
        <source>&amp;Priority</source>
        <extracomment>A dialog was opened; for whoever wants to know of it.</extracomment>
        <translation>优先级(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Normal</source>
        <translation>普通(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;High: 20 % dearer</source>
        <translation>高：贵 20 %(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Urgent: 50 % dearer</source>
        <translation>紧急：贵 50 %(&amp;U)</translation>
    </message>
    <message numerus="yes">
        <source>%n tasks have the priority {priority}.</source>
        <translation>
            <numerusform>%n 个任务的优先级为{priority}。</numerusform>
        </translation>
    </message>
    <message>
        <source>See what another priority comes to</source>
        <translation>查看其他优先级的费用</translation>
    </message>
    <message>
        <source>Gives {tasks} of {users} the priority {priority}.</source>
        <translation>将 {users}的 {tasks}改为{priority}优先级。</translation>
    </message>
    <message numerus="yes">
        <source>%n tasks</source>
        <translation>
            <numerusform>%n 个任务</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n users</source>
        <translation>
            <numerusform>%n 个用户</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them wait no longer, and stay as they are.</source>
        <translation>
            <numerusform>其中 %n 个已不在等待，保持不变。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;Change %n tasks</source>
        <translation>
            <numerusform>更改 %n 个任务(&amp;C)</numerusform>
        </translation>
    </message>
    <message>
        <source>{amount} more are held for them.</source>
        <translation>为其多冻结 {amount}。</translation>
    </message>
    <message>
        <source>{amount} less are held for them.</source>
        <translation>为其少冻结 {amount}。</translation>
    </message>
    <message>
        <source>Their price stays the same.</source>
        <translation>价格不变。</translation>
    </message>
    <message>
        <source>Change the priority</source>
        <translation>更改优先级</translation>
    </message>
</context>
<context>
    <name>QrCode</name>
    <message>
        <source>QR code</source>
        <extracomment>Modules left white around it, as the standard asks.</extracomment>
        <translation>二维码</translation>
    </message>
</context>
<context>
    <name>RecordsPane</name>
    <message>
        <source>Load more</source>
        <translation>加载更多</translation>
    </message>
    <message>
        <source>Stop the export</source>
        <translation>停止导出</translation>
    </message>
    <message>
        <source>List the users</source>
        <translation>列出用户</translation>
    </message>
    <message>
        <source>Nothing fits the filter. Clear it to see all.</source>
        <translation>没有符合筛选条件的账目。清除筛选可查看全部。</translation>
    </message>
    <message>
        <source>{rows}, and more: scroll on</source>
        <translation>{rows}，向下滚动加载更多</translation>
    </message>
    <message>
        <source>{path} cannot be written: {why}. Choose another place.</source>
        <translation>无法写入 {path}：{why}。请另选位置。</translation>
    </message>
    <message>
        <source>The export was stopped: no file was written.</source>
        <translation>导出已停止：未写入文件。</translation>
    </message>
</context>
<context>
    <name>Remedies</name>
    <message>
        <source>&amp;Join a machine…</source>
        <extracomment>To be changed in the draft of a clone.</extracomment>
        <translation>加入机器(&amp;J)…</translation>
    </message>
    <message>
        <source>Show the nodes that are &amp;away</source>
        <translation>显示离线或暂停的节点(&amp;A)</translation>
    </message>
    <message>
        <source>Show the &amp;nearest nodes</source>
        <translation>显示最接近的节点(&amp;N)</translation>
    </message>
    <message>
        <source>Clone without a &amp;GPU…</source>
        <translation>克隆，不用 GPU(&amp;G)…</translation>
    </message>
    <message>
        <source>Clone for the &amp;GPU {name}…</source>
        <translation>克隆，改用 GPU {name}(&amp;G)…</translation>
    </message>
    <message>
        <source>Clone with {n} of &amp;memory…</source>
        <translation>克隆，内存改为 {n}(&amp;M)…</translation>
    </message>
    <message>
        <source>Clone with {n} of &amp;disk…</source>
        <translation>克隆，磁盘改为 {n}(&amp;D)…</translation>
    </message>
    <message>
        <source>Clone with {n} &amp;cores…</source>
        <translation>克隆，改为 {n} 核(&amp;C)…</translation>
    </message>
    <message>
        <source>Clone with a CPU &amp;score of {n}…</source>
        <translation>克隆，CPU 评分改为 {n}(&amp;S)…</translation>
    </message>
    <message>
        <source>Clone for nodes of any &amp;trust…</source>
        <translation>克隆，不限信任等级(&amp;T)…</translation>
    </message>
    <message>
        <source>Clone for any &amp;isolation…</source>
        <translation>克隆，不限隔离方式(&amp;I)…</translation>
    </message>
    <message>
        <source>Clone for any &amp;place…</source>
        <translation>克隆，不限位置(&amp;P)…</translation>
    </message>
    <message>
        <source>Clone without an &amp;image…</source>
        <translation>克隆，不指定镜像(&amp;I)…</translation>
    </message>
</context>
<context>
    <name>ResetCodeDialog</name>
    <message>
        <source>Reset code for {user}</source>
        <translation>{user} 的重置码</translation>
    </message>
    <message>
        <source>With the code the user sets a new password, once. The old password and the sessions are good until then. A code made before is good no more.</source>
        <translation>用户可用此码设置一次新密码。在此之前，旧密码和会话仍然有效。之前生成的码随即失效。</translation>
    </message>
    <message>
        <source>Reset code</source>
        <translation>重置码</translation>
    </message>
    <message>
        <source>&amp;Make the code</source>
        <translation>生成重置码(&amp;M)</translation>
    </message>
    <message>
        <source>Co&amp;py</source>
        <translation>复制(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>关闭(&amp;C)</translation>
    </message>
    <message>
        <source>Make a reset code</source>
        <translation>生成重置码</translation>
    </message>
    <message>
        <source>Tell it to {user} now: it is shown only here, and good until {time}. They type “hivemind reset-password”.</source>
        <translation>请现在告诉 {user}：它只在此处显示，有效期至 {time}。对方输入“hivemind reset-password”。</translation>
    </message>
</context>
<context>
    <name>ResultFiles</name>
    <message>
        <source>Files of the result</source>
        <extracomment>Where what was fetched lies; deleted with this, or at the end of the process.</extracomment>
        <translation>结果中的文件</translation>
    </message>
    <message>
        <source>Fetch</source>
        <translation>取回</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Save as ZIP…</source>
        <translation>另存为 ZIP…</translation>
    </message>
    <message>
        <source>Unpack…</source>
        <translation>解压…</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Only the owner of a task has its result.</source>
        <translation>只有任务的主人可以取得其结果。</translation>
    </message>
    <message>
        <source>It has left no result.</source>
        <translation>任务没有留下结果。</translation>
    </message>
    <message numerus="yes">
        <source>%n files</source>
        <translation>
            <numerusform>%n 个文件</numerusform>
        </translation>
    </message>
    <message>
        <source>{files}, {size} packed</source>
        <translation>{files}，压缩后 {size}</translation>
    </message>
    <message>
        <source>A result of {size} is kept.</source>
        <translation>已保存结果，大小 {size}。</translation>
    </message>
    <message>
        <source>This kind of file is not opened from here: unpack the result.</source>
        <translation>此类文件不能在这里打开：请解压结果。</translation>
    </message>
    <message>
        <source>Fetch the result</source>
        <translation>取回结果</translation>
    </message>
    <message>
        <source>No preview of this kind of file.</source>
        <translation>此类文件无法预览。</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>the beginning of {size}</source>
        <translation>仅显示开头，共 {size}</translation>
    </message>
    <message>
        <source>{name} cannot be shown.</source>
        <translation>无法显示 {name}。</translation>
    </message>
    <message>
        <source>Open a file</source>
        <translation>打开文件</translation>
    </message>
    <message>
        <source>Save the result</source>
        <translation>保存结果</translation>
    </message>
    <message>
        <source>Saved {path}.</source>
        <translation>已保存到 {path}。</translation>
    </message>
    <message>
        <source>Unpack the result into</source>
        <translation>将结果解压到</translation>
    </message>
    <message>
        <source>Unpacked into {path}.</source>
        <translation>已解压到 {path}。</translation>
    </message>
    <message>
        <source>Unpack the result</source>
        <translation>解压结果</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>{path} cannot be written: {why}.</source>
        <translation>无法写入 {path}：{why}。</translation>
    </message>
    <message>
        <source>{name} is larger than {size}.</source>
        <extracomment>Of a file that is looked at, at most so much is read. Opened by another program at most. What other programs may be asked to open: never what might itself be a program.</extracomment>
        <translation>{name} 超过 {size}。</translation>
    </message>
    <message>
        <source>The result cannot be read: {why}.</source>
        <translation>无法读取结果：{why}。</translation>
    </message>
    <message>
        <source>{name} cannot be read: {why}.</source>
        <translation>无法读取 {name}：{why}。</translation>
    </message>
</context>
<context>
    <name>ReviewStep</name>
    <message>
        <source>Review</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>Nothing has been changed yet. The next step starts it.</source>
        <translation>尚未做任何更改。下一步开始启动。</translation>
    </message>
    <message>
        <source>This master becomes a peer of another’s hub.</source>
        <translation>此主控节点将成为他人枢纽的对等方。</translation>
    </message>
    <message>
        <source>The hub’s key {key}</source>
        <translation>枢纽的密钥 {key}</translation>
    </message>
    <message>
        <source>Addresses {addresses}</source>
        <translation>地址 {addresses}</translation>
    </message>
    <message>
        <source>This master becomes the hub.</source>
        <translation>此主控节点将成为枢纽。</translation>
    </message>
    <message>
        <source>Network {network}</source>
        <translation>网络 {network}</translation>
    </message>
    <message>
        <source>Endpoint {endpoint}</source>
        <translation>端点 {endpoint}</translation>
    </message>
    <message>
        <source>MTU {mtu}, kept alive every {seconds} s</source>
        <translation>MTU {mtu}，每 {seconds} 秒保活</translation>
    </message>
    <message>
        <source>Nodes join by themselves, if they may make network interfaces.</source>
        <translation>有权创建网络接口的节点会自行加入。</translation>
    </message>
    <message>
        <source>Interface {name}</source>
        <translation>接口 {name}</translation>
    </message>
</context>
<context>
    <name>RoleStep</name>
    <message>
        <source>The role of this master</source>
        <translation>此主控节点的角色</translation>
    </message>
    <message>
        <source>Master and nodes can talk through an encrypted network of their own (WireGuard). Every machine makes its own key, and no private key leaves it.</source>
        <translation>主控节点和节点可以通过自己的加密网络（WireGuard）通信。每台机器自行生成密钥，私钥不会离开本机。</translation>
    </message>
    <message>
        <source>This master is the &amp;hub: nodes come to it</source>
        <translation>此主控节点是枢纽：节点连接到它(&amp;H)</translation>
    </message>
    <message>
        <source>This master is a &amp;peer of a hub that somebody runs</source>
        <translation>此主控节点是他人枢纽的对等方(&amp;P)</translation>
    </message>
</context>
<context>
    <name>ServerLog</name>
    <message>
        <source>debug</source>
        <extracomment>Beside the word, so that levels can be told apart at a glance. Shown apart: it has many lines.</extracomment>
        <translation>调试</translation>
    </message>
    <message>
        <source>info</source>
        <translation>信息</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>error</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>critical</source>
        <translation>严重</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>级别</translation>
    </message>
    <message>
        <source>Event</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>Fields</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>部分</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>The system&apos;s</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>询问</translation>
    </message>
    <message>
        <source>Keep serving in the background</source>
        <translation>在后台继续服务</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>语言(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>主题(&amp;T)</translation>
    </message>
    <message>
        <source>When the &amp;window is closed</source>
        <translation>关闭窗口时(&amp;W)</translation>
    </message>
    <message>
        <source>Tell me when</source>
        <translation>何时通知我</translation>
    </message>
    <message>
        <source>a task of mine has &amp;succeeded</source>
        <translation>我的任务成功时(&amp;S)</translation>
    </message>
    <message>
        <source>a task of mine has &amp;failed</source>
        <translation>我的任务失败时(&amp;F)</translation>
    </message>
    <message>
        <source>a &amp;node is lost</source>
        <translation>节点失联时(&amp;N)</translation>
    </message>
    <message>
        <source>a machine waits for &amp;approval</source>
        <translation>有机器等待批准时(&amp;A)</translation>
    </message>
    <message>
        <source>what I may s&amp;pend goes below</source>
        <translation>可用余额低于(&amp;P)</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Shortcuts</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Take the last change back</source>
        <translation>撤销上一次更改</translation>
    </message>
    <message>
        <source>Find in the pane that has the focus</source>
        <translation>在当前面板中查找</translation>
    </message>
    <message>
        <source>The panes in the order of the View menu</source>
        <translation>各面板（按“视图”菜单中的顺序）</translation>
    </message>
</context>
<context>
    <name>SignInDialog</name>
    <message>
        <source>Sign in</source>
        <extracomment>Where a refusal is shown. None where the master was not asked. Pools that somebody compared just now, by address.</extracomment>
        <translation>登录</translation>
    </message>
    <message>
        <source>&amp;Master:</source>
        <translation>主控节点(&amp;M)：</translation>
    </message>
    <message>
        <source>host and port</source>
        <translation>主机和端口</translation>
    </message>
    <message>
        <source>&amp;User name:</source>
        <translation>用户名(&amp;U)：</translation>
    </message>
    <message>
        <source>&amp;Password:</source>
        <translation>密码(&amp;P)：</translation>
    </message>
    <message>
        <source>Password &amp;again:</source>
        <translation>再次输入密码(&amp;A)：</translation>
    </message>
    <message>
        <source>Set-up &amp;code:</source>
        <translation>设置码(&amp;C)：</translation>
    </message>
    <message>
        <source>makes the first admin; the new master shows it</source>
        <translation>用于创建首位管理员；显示在新主控节点上</translation>
    </message>
    <message>
        <source>Compare the pi&amp;n anew</source>
        <translation>重新核对指纹(&amp;N)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>looking for it…</source>
        <translation>正在查找…</translation>
    </message>
    <message>
        <source>Look for the master</source>
        <translation>查找主控节点</translation>
    </message>
    <message>
        <source>✓ the pool “{pool}”</source>
        <translation>✓ 池“{pool}”</translation>
    </message>
    <message>
        <source>the pool “{pool}”, not known here yet</source>
        <translation>池“{pool}”，首次连接</translation>
    </message>
    <message>
        <source>Write it like master.example:50051.</source>
        <translation>格式如 master.example:50051。</translation>
    </message>
    <message>
        <source>Who are you?</source>
        <translation>请填写用户名。</translation>
    </message>
    <message>
        <source>It is missing.</source>
        <translation>请填写。</translation>
    </message>
    <message>
        <source>It is not the same.</source>
        <translation>两次输入不一致。</translation>
    </message>
    <message>
        <source>Make the account and &amp;sign in</source>
        <translation>注册并登录(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Sign in</source>
        <translation>登录(&amp;S)</translation>
    </message>
    <message>
        <source>I &amp;have an account</source>
        <translation>已有账户(&amp;H)</translation>
    </message>
    <message>
        <source>Make an acc&amp;ount…</source>
        <translation>注册账户(&amp;O)…</translation>
    </message>
    <message>
        <source>It does not answer.</source>
        <translation>没有应答。</translation>
    </message>
    <message>
        <source>Check that the address and the port are right, that the master runs, and that no firewall stands between: a master listens on port 50051.</source>
        <translation>请检查地址和端口是否正确、主控节点是否在运行、有没有防火墙阻挡：主控节点监听 50051 端口。</translation>
    </message>
    <message>
        <source>Another pool answers there.</source>
        <translation>应答的是另一个池。</translation>
    </message>
    <message numerus="yes">
        <source>⚠ Too many failed tries for this account: wait %n second(s).</source>
        <translation>
            <numerusform>⚠ 该账户登录失败次数过多：请等待 %n 秒。</numerusform>
        </translation>
    </message>
    <message>
        <source>Signing in…</source>
        <translation>正在登录…</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message numerus="yes">
        <source>%n under way</source>
        <extracomment>From here on people notice. What had been served and made when it was last looked.</extracomment>
        <translation>
            <numerusform>%n 项进行中</numerusform>
        </translation>
    </message>
    <message>
        <source>out {rate}/s · lag {lag} ms</source>
        <translation>出 {rate}/秒 · 延迟 {lag} 毫秒</translation>
    </message>
    <message>
        <source>in {rate}/s</source>
        <translation>入 {rate}/秒</translation>
    </message>
    <message>
        <source>out: calls that this window makes, each second.</source>
        <translation>出：本窗口每秒发出的调用。</translation>
    </message>
    <message numerus="yes">
        <source>lag: how late this window answers. It kept within this in 99 of 100 moments of the last %n seconds; the worst was {worst} ms.</source>
        <translation>
            <numerusform>延迟：本窗口响应的滞后。最近 %n 秒内，100 次中有 99 次不超过此值；最差为 {worst} 毫秒。</numerusform>
        </translation>
    </message>
    <message>
        <source>Above {limit} ms typing and clicking feel slow.</source>
        <translation>超过 {limit} 毫秒时，输入和点击会显得迟缓。</translation>
    </message>
    <message>
        <source>in: calls, heartbeats and reports that the master in this window takes, each second.</source>
        <translation>入：本窗口中的主控节点每秒接收的调用、心跳和报告。</translation>
    </message>
    <message>
        <source>⚠ {age} old</source>
        <translation>⚠ {age}未更新</translation>
    </message>
    <message>
        <source>● Live</source>
        <translation>● 实时</translation>
    </message>
    <message>
        <source>… Connecting</source>
        <translation>… 正在连接</translation>
    </message>
    <message>
        <source>✕ No connection: trying again</source>
        <translation>✕ 连接中断：正在重试</translation>
    </message>
    <message>
        <source>✕ Signed out</source>
        <translation>✕ 已退出登录</translation>
    </message>
</context>
<context>
    <name>StepsDialog</name>
    <message>
        <source>&amp;Back</source>
        <extracomment>What is typed into first. Set by the dialog: called when `problem` may have changed.</extracomment>
        <translation>上一步(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Next</source>
        <translation>下一步(&amp;N)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <extracomment>Until the last step, where there is nothing left to call off.</extracomment>
        <translation>取消</translation>
    </message>
    <message>
        <source>&amp;Finish</source>
        <translation>完成(&amp;F)</translation>
    </message>
</context>
<context>
    <name>Submission</name>
    <message>
        <source>There is no run.sh or main.py at the top: say which command to run.</source>
        <extracomment>The form&apos;s field that shows a fault of the master&apos;s field. Of an earlier task, whose files are taken again where there are no sources. Pairs of name and value. When a second run of it came to the same, and by how much numbers may differ.</extracomment>
        <translation>最外层没有 run.sh 或 main.py：请填写要运行的命令。</translation>
    </message>
    <message>
        <source>Add a folder, files or a ZIP archive, or give a command.</source>
        <translation>请添加文件夹、文件或 ZIP 压缩包，或填写命令。</translation>
    </message>
    <message>
        <source>Small: 1 core, 512 MiB</source>
        <translation>小：1 核，512 MiB</translation>
    </message>
    <message>
        <source>Medium: 4 cores, 4 GiB</source>
        <translation>中：4 核，4 GiB</translation>
    </message>
    <message>
        <source>Large: 16 cores, 32 GiB</source>
        <translation>大：16 核，32 GiB</translation>
    </message>
    <message>
        <source>GPU: 4 cores, 16 GiB, 8 GiB on the GPU</source>
        <translation>GPU：4 核，16 GiB，8 GiB 显存</translation>
    </message>
    <message>
        <source>{count} characters at most.</source>
        <translation>最多 {count} 个字符。</translation>
    </message>
    <message>
        <source>It may hold no control characters.</source>
        <translation>不能含有控制字符。</translation>
    </message>
    <message>
        <source>A quotation mark is left open.</source>
        <translation>引号没有配对。</translation>
    </message>
    <message>
        <source>{count} words at most: put the rest into a script.</source>
        <translation>最多 {count} 个词：其余请写入脚本。</translation>
    </message>
    <message>
        <source>The program&apos;s name is empty.</source>
        <translation>程序名为空。</translation>
    </message>
    <message>
        <source>Write it like python:3.12-slim.</source>
        <translation>格式如 python:3.12-slim。</translation>
    </message>
    <message>
        <source>{count} variables at most.</source>
        <translation>最多 {count} 个变量。</translation>
    </message>
    <message>
        <source>“{name}” is no name: letters, digits and _, no digit first.</source>
        <translation>“{name}”不是有效的名称：只能用字母、数字和 _，且不能以数字开头。</translation>
    </message>
    <message>
        <source>{name} belongs to the pool.</source>
        <translation>{name} 由池保留。</translation>
    </message>
    <message>
        <source>{name} is there twice.</source>
        <translation>{name} 重复。</translation>
    </message>
    <message>
        <source>It must be above zero.</source>
        <translation>必须大于零。</translation>
    </message>
    <message>
        <source>Write it like 2 or 0.5.</source>
        <translation>格式如 2 或 0.5。</translation>
    </message>
    <message>
        <source>1,000 cores at most.</source>
        <translation>最多 1,000 核。</translation>
    </message>
    <message>
        <source>Write it like 512 MiB or 2 GiB.</source>
        <translation>格式如 512 MiB 或 2 GiB。</translation>
    </message>
    <message>
        <source>Write it like 90s, 10m or 1h30m.</source>
        <translation>格式如 90s、10m 或 1h30m。</translation>
    </message>
    <message>
        <source>30 days at most.</source>
        <translation>最长 30 天。</translation>
    </message>
    <message>
        <source>Choose the continent too.</source>
        <translation>请同时选择大洲。</translation>
    </message>
    <message>
        <source>Say where, or let it run anywhere.</source>
        <translation>请指定位置，或改为不限。</translation>
    </message>
    <message>
        <source>Two letters, like DE.</source>
        <translation>两个字母，例如 CN。</translation>
    </message>
    <message>
        <source>Write it like 0.001: above zero, 1 at most.</source>
        <translation>请写成 0.001 这样：大于零，不超过 1。</translation>
    </message>
    <message>
        <source>16 TiB at most.</source>
        <translation>最多 16 TiB。</translation>
    </message>
    <message>
        <source>1 PiB at most.</source>
        <translation>最多 1 PiB。</translation>
    </message>
</context>
<context>
    <name>SubmitDialog</name>
    <message>
        <source>Submit a task</source>
        <extracomment>After the last key the price is asked for.</extracomment>
        <translation>提交任务</translation>
    </message>
    <message>
        <source>&amp;Templates</source>
        <extracomment>What the master said of fields, until one is changed.</extracomment>
        <translation>模板(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Submit</source>
        <translation>提交(&amp;S)</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>What you typed is kept.</source>
        <translation>已填写的内容会保留。</translation>
    </message>
    <message>
        <source>&amp;Copy the id</source>
        <translation>复制编号(&amp;C)</translation>
    </message>
    <message>
        <source>S&amp;how task</source>
        <translation>显示任务(&amp;H)</translation>
    </message>
    <message>
        <source>Submit &amp;another</source>
        <translation>再提交一个(&amp;A)</translation>
    </message>
    <message>
        <source>Look at the files</source>
        <translation>查看文件</translation>
    </message>
    <message>
        <source>The price comes when what is marked is mended.</source>
        <translation>改正标出的问题后显示价格。</translation>
    </message>
    <message>
        <source>Ask for the price</source>
        <translation>询价</translation>
    </message>
    <message>
        <source>Your balance is too small for it.</source>
        <translation>余额不足。</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message numerus="yes">
        <source>%n task(s) submitted</source>
        <translation>
            <numerusform>已提交 %n 个任务</numerusform>
        </translation>
    </message>
    <message>
        <source>Its id: {id}</source>
        <translation>编号：{id}</translation>
    </message>
    <message>
        <source>{price} held until it has ended.</source>
        <translation>已冻结 {price}，直到任务结束。</translation>
    </message>
</context>
<context>
    <name>TaskActions</name>
    <message>
        <source>&amp;Cancel…</source>
        <extracomment>So many of the selected tasks are looked at before an action is enabled: with more some will do. Users named in a question. Somebody wants a task like the one of this id. A dialog was opened; for whoever wants to know of it.</extracomment>
        <translation>取消(&amp;C)…</translation>
    </message>
    <message>
        <source>&amp;Run again</source>
        <translation>重新运行(&amp;R)</translation>
    </message>
    <message>
        <source>C&amp;lone…</source>
        <translation>克隆(&amp;L)…</translation>
    </message>
    <message>
        <source>&amp;Delete result…</source>
        <translation>删除结果(&amp;D)…</translation>
    </message>
    <message>
        <source>Copy &amp;id</source>
        <translation>复制编号(&amp;I)</translation>
    </message>
    <message>
        <source>Copy as c&amp;ommand line</source>
        <translation>复制为命令行(&amp;O)</translation>
    </message>
    <message>
        <source>Select one task to clone it.</source>
        <translation>请只选择一个任务来克隆。</translation>
    </message>
    <message>
        <source>Your role may not do this.</source>
        <translation>当前角色无此权限。</translation>
    </message>
    <message>
        <source>Select tasks first.</source>
        <translation>请先选择任务。</translation>
    </message>
    <message>
        <source>Only the owner of a task can do this.</source>
        <translation>只有任务的主人可以这样做。</translation>
    </message>
    <message>
        <source>No selected task is in a state for this.</source>
        <translation>所选任务的状态均不允许此操作。</translation>
    </message>
    <message>
        <source>Cancel tasks</source>
        <translation>取消任务</translation>
    </message>
    <message numerus="yes">
        <source>%n tasks</source>
        <translation>
            <numerusform>%n 个任务</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n users</source>
        <translation>
            <numerusform>%n 位用户</numerusform>
        </translation>
    </message>
    <message>
        <source>Cancels {tasks} of {users}, refunds {amount}.</source>
        <translation>将取消 {users}的 {tasks}，退还 {amount}。</translation>
    </message>
    <message numerus="yes">
        <source>%n of them are at work: that work is lost.</source>
        <translation>
            <numerusform>其中 %n 个正在运行：已完成的工作会丢失。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tasks cancelled.</source>
        <translation>
            <numerusform>已取消 %n 个任务。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>&amp;Cancel %n tasks</source>
        <translation>
            <numerusform>取消 %n 个任务(&amp;C)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tasks run again, as new tasks.</source>
        <translation>
            <numerusform>已将 %n 个任务作为新任务重新运行。</numerusform>
        </translation>
    </message>
    <message>
        <source>Run tasks again</source>
        <translation>重新运行任务</translation>
    </message>
    <message>
        <source>Runs {tasks} again, holds {amount}.</source>
        <translation>将重新运行 {tasks}，冻结 {amount}。</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Run %n tasks again</source>
        <translation>
            <numerusform>重新运行 %n 个任务(&amp;R)</numerusform>
        </translation>
    </message>
    <message>
        <source>They become new tasks, which are charged anew.</source>
        <translation>它们会成为新任务，并重新计费。</translation>
    </message>
    <message numerus="yes">
        <source>%n results deleted.</source>
        <translation>
            <numerusform>已删除 %n 个结果。</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete results</source>
        <translation>删除结果</translation>
    </message>
    <message>
        <source>Deletes the results of {tasks}, {size}.</source>
        <translation>将删除 {tasks}的结果，共 {size}。</translation>
    </message>
    <message numerus="yes">
        <source>&amp;Delete %n results</source>
        <translation>
            <numerusform>删除 %n 个结果(&amp;D)</numerusform>
        </translation>
    </message>
    <message>
        <source>This cannot be undone.</source>
        <translation>此操作无法撤销。</translation>
    </message>
</context>
<context>
    <name>TaskDetailsPane</name>
    <message>
        <source>No task is selected</source>
        <translation>未选择任务</translation>
    </message>
    <message>
        <source>Select one in the table of tasks.</source>
        <translation>请在任务表中选择一个。</translation>
    </message>
    <message>
        <source>Task</source>
        <extracomment>After a selection, for somebody who runs through a list. Between two looks at why a task waits while the pool changes. Of more tasks that are selected only so many are summed up. Of the task with this id, with these fields of the draft changed. With spec and attempts, as it was when it was last asked for.</extracomment>
        <translation>任务详情</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Why it waits</source>
        <translation>等待原因</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Attempts</source>
        <translation>尝试</translation>
    </message>
    <message numerus="yes">
        <source>%n tasks are selected</source>
        <translation>
            <numerusform>已选择 %n 个任务</numerusform>
        </translation>
    </message>
    <message>
        <source>Look at a task</source>
        <translation>查看任务</translation>
    </message>
    <message>
        <source>Find out why a task waits</source>
        <translation>查询任务等待的原因</translation>
    </message>
</context>
<context>
    <name>TaskForm</name>
    <message>
        <source>&amp;More</source>
        <extracomment>Whether what is under &quot;More&quot; is shown.</extracomment>
        <translation>更多(&amp;M)</translation>
    </message>
    <message>
        <source>python3 train.py --epochs 3</source>
        <translation>python3 train.py --epochs 3</translation>
    </message>
    <message>
        <source>&amp;Name:</source>
        <translation>名称(&amp;N)：</translation>
    </message>
    <message>
        <source>&amp;Command:</source>
        <translation>命令(&amp;C)：</translation>
    </message>
    <message>
        <source>Resources</source>
        <translation>资源</translation>
    </message>
    <message>
        <source>C&amp;ores:</source>
        <translation>核心数(&amp;O)：</translation>
    </message>
    <message>
        <source>a limit</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>M&amp;emory:</source>
        <translation>内存(&amp;E)：</translation>
    </message>
    <message>
        <source>&amp;Disk:</source>
        <translation>磁盘(&amp;D)：</translation>
    </message>
    <message>
        <source>CPU &amp;score:</source>
        <translation>CPU 评分(&amp;S)：</translation>
    </message>
    <message>
        <source>any</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>the node&apos;s must reach it</source>
        <translation>节点须达到此评分</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>GPU &amp;memory:</source>
        <translation>GPU 显存(&amp;M)：</translation>
    </message>
    <message>
        <source>on one GPU</source>
        <translation>单个 GPU 的显存</translation>
    </message>
    <message>
        <source>GPU &amp;score:</source>
        <translation>GPU 评分(&amp;S)：</translation>
    </message>
    <message>
        <source>the GPU&apos;s must reach it</source>
        <translation>GPU 须达到此评分</translation>
    </message>
    <message>
        <source>GPU n&amp;ame:</source>
        <translation>GPU 名称(&amp;A)：</translation>
    </message>
    <message>
        <source>a part of it, like 4090</source>
        <translation>名称的一部分，例如 4090</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Con&amp;tinent:</source>
        <translation>大洲(&amp;T)：</translation>
    </message>
    <message>
        <source>Co&amp;untry:</source>
        <translation>国家或地区(&amp;U)：</translation>
    </message>
    <message>
        <source>two letters, like DE</source>
        <translation>两个字母，例如 CN</translation>
    </message>
    <message>
        <source>S&amp;ite:</source>
        <translation>地点(&amp;I)：</translation>
    </message>
    <message>
        <source>like “room 204”</source>
        <translation>例如“204 室”</translation>
    </message>
    <message>
        <source>There or &amp;nowhere</source>
        <translation>必须在此位置(&amp;N)</translation>
    </message>
    <message>
        <source>else it is only preferred</source>
        <translation>不勾选则只是优先</translation>
    </message>
    <message>
        <source>normal or better</source>
        <translation>普通或更高</translation>
    </message>
    <message>
        <source>high</source>
        <translation>高</translation>
    </message>
    <message>
        <source>T&amp;rust in the node:</source>
        <translation>节点信任等级(&amp;R)：</translation>
    </message>
    <message>
        <source>any: sandbox or container</source>
        <translation>不限：沙箱或容器</translation>
    </message>
    <message>
        <source>container only</source>
        <translation>仅容器</translation>
    </message>
    <message>
        <source>Iso&amp;lation:</source>
        <translation>隔离(&amp;L)：</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>normal</source>
        <translation>普通</translation>
    </message>
    <message>
        <source>high, 1.2 times the price</source>
        <translation>高，价格为 1.2 倍</translation>
    </message>
    <message>
        <source>urgent, 1.5 times the price</source>
        <translation>紧急，价格为 1.5 倍</translation>
    </message>
    <message>
        <source>&amp;Priority:</source>
        <translation>优先级(&amp;P)：</translation>
    </message>
    <message>
        <source>&amp;Time limit:</source>
        <translation>时间限制(&amp;T)：</translation>
    </message>
    <message>
        <source>1h</source>
        <translation>1h</translation>
    </message>
    <message>
        <source>like 90s, 10m or 1h30m</source>
        <translation>例如 90s、10m 或 1h30m</translation>
    </message>
    <message>
        <source>&amp;Retries:</source>
        <translation>重试次数(&amp;R)：</translation>
    </message>
    <message>
        <source>none</source>
        <translation>不重试</translation>
    </message>
    <message>
        <source>after the program failed</source>
        <translation>程序失败后重试</translation>
    </message>
    <message>
        <source>How many &amp;tasks:</source>
        <translation>任务数量(&amp;T)：</translation>
    </message>
    <message>
        <source>each finds its number in HIVEMIND_ARRAY_INDEX</source>
        <translation>各任务从 HIVEMIND_ARRAY_INDEX 读取序号</translation>
    </message>
    <message>
        <source>files with the same bytes</source>
        <translation>文件字节完全相同</translation>
    </message>
    <message>
        <source>blanks may differ</source>
        <translation>空白可以不同</translation>
    </message>
    <message>
        <source>numbers may differ a little</source>
        <translation>数字可以略有不同</translation>
    </message>
    <message>
        <source>any: it uses chance</source>
        <translation>不比较：任务含随机性</translation>
    </message>
    <message>
        <source>Same resu&amp;lts:</source>
        <translation>结果相同的标准(&amp;L)：</translation>
    </message>
    <message>
        <source>where a second run checks them</source>
        <translation>由第二次运行核对时</translation>
    </message>
    <message>
        <source>Tolerance of num&amp;bers:</source>
        <translation>数字容差(&amp;B)：</translation>
    </message>
    <message>
        <source>of each, like 0.001</source>
        <translation>相对值，如 0.001</translation>
    </message>
    <message>
        <source>Environment</source>
        <translation>环境</translation>
    </message>
    <message>
        <source>the node&apos;s own choice</source>
        <translation>由节点决定</translation>
    </message>
    <message>
        <source>Container &amp;image:</source>
        <translation>容器镜像(&amp;I)：</translation>
    </message>
    <message>
        <source>like python:3.12-slim</source>
        <translation>例如 python:3.12-slim</translation>
    </message>
    <message>
        <source>It may use the net&amp;work</source>
        <translation>允许联网(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;Variables:</source>
        <translation>变量(&amp;V)：</translation>
    </message>
    <message>
        <source>anywhere</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>Africa</source>
        <translation>非洲</translation>
    </message>
    <message>
        <source>Antarctica</source>
        <translation>南极洲</translation>
    </message>
    <message>
        <source>Asia</source>
        <translation>亚洲</translation>
    </message>
    <message>
        <source>Europe</source>
        <translation>欧洲</translation>
    </message>
    <message>
        <source>North America</source>
        <translation>北美洲</translation>
    </message>
    <message>
        <source>Oceania</source>
        <translation>大洋洲</translation>
    </message>
    <message>
        <source>South America</source>
        <translation>南美洲</translation>
    </message>
</context>
<context>
    <name>TaskHistory</name>
    <message>
        <source>History of the task</source>
        <extracomment>Rows of money of one task: a task that was repriced more often shows its newest.</extracomment>
        <translation>任务历史</translation>
    </message>
    <message>
        <source>Who paid what is shown to the owner of the task, and to auditors.</source>
        <translation>付款明细只显示给任务的所有者和审计员。</translation>
    </message>
    <message>
        <source>Look at the money of a task</source>
        <translation>查看任务的费用</translation>
    </message>
</context>
<context>
    <name>TaskLogPane</name>
    <message>
        <source>Log</source>
        <extracomment>After a selection: somebody who runs through a list wants no log of each. Whether its log was asked for already, and what came of it.</extracomment>
        <translation>日志</translation>
    </message>
    <message>
        <source>The log cannot be read</source>
        <translation>无法读取日志</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Several tasks are selected</source>
        <translation>选择了多个任务</translation>
    </message>
    <message>
        <source>No task is selected</source>
        <translation>未选择任务</translation>
    </message>
    <message>
        <source>Select one task to see what it prints.</source>
        <translation>选择一个任务，查看其输出。</translation>
    </message>
    <message>
        <source>A task of {owner}</source>
        <translation>{owner} 的任务</translation>
    </message>
    <message>
        <source>Only the owner of a task can read its log.</source>
        <translation>只有任务的主人可以查看其日志。</translation>
    </message>
    <message>
        <source>{task} has not started yet</source>
        <translation>{task} 尚未开始</translation>
    </message>
    <message>
        <source>What it prints will be seen here as soon as it does.</source>
        <translation>开始后，输出会立即显示在这里。</translation>
    </message>
    <message>
        <source>{task} printed nothing</source>
        <translation>{task} 没有输出</translation>
    </message>
    <message>
        <source>Nothing printed yet</source>
        <translation>还没有输出</translation>
    </message>
    <message>
        <source>What {task} prints is seen here at once.</source>
        <translation>{task} 的输出会实时显示在这里。</translation>
    </message>
    <message>
        <source>Read the log</source>
        <translation>读取日志</translation>
    </message>
    <message>
        <source>attempt {number}</source>
        <translation>第 {number} 次尝试</translation>
    </message>
    <message>
        <source>cut off here: the pool keeps {size} of an output</source>
        <translation>在此截断：每份输出最多保存 {size}</translation>
    </message>
</context>
<context>
    <name>Tasks</name>
    <message>
        <source>Queued</source>
        <extracomment>Beside the word and the colour, to be told apart at a glance.</extracomment>
        <translation>排队中</translation>
    </message>
    <message>
        <source>Assigned</source>
        <translation>已分派</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>Cancelling</source>
        <translation>正在取消</translation>
    </message>
    <message>
        <source>Succeeded</source>
        <translation>成功</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>普通</translation>
    </message>
    <message>
        <source>High</source>
        <translation>高</translation>
    </message>
    <message>
        <source>Urgent</source>
        <translation>紧急</translation>
    </message>
    <message>
        <source>Under way</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>Ran too long</source>
        <translation>运行超时</translation>
    </message>
    <message>
        <source>Out of memory</source>
        <translation>内存不足</translation>
    </message>
    <message>
        <source>Output too large</source>
        <translation>输出过大</translation>
    </message>
    <message>
        <source>Node could not start it</source>
        <translation>节点无法启动</translation>
    </message>
    <message>
        <source>Node lost</source>
        <translation>节点失联</translation>
    </message>
    <message>
        <source>Given back</source>
        <translation>已退回队列</translation>
    </message>
    <message>
        <source>Archive cannot be unpacked</source>
        <translation>压缩包无法解开</translation>
    </message>
    <message>
        <source>Waits for another</source>
        <translation>等待另一个结果</translation>
    </message>
    <message>
        <source>Checked: right</source>
        <translation>已核对：正确</translation>
    </message>
    <message>
        <source>Checked: wrong</source>
        <translation>已核对：错误</translation>
    </message>
    <message>
        <source>Undecided</source>
        <translation>无法判定</translation>
    </message>
    <message>
        <source>State</source>
        <extracomment>A part of a date or of a time of day. Seconds since 1970, by the clock of the master.</extracomment>
        <translation>状态</translation>
    </message>
    <message>
        <source>Task</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>As the task reports it</source>
        <translation>由任务自行报告</translation>
    </message>
    <message>
        <source>{price}, charged {charged}</source>
        <translation>{price}，扣费 {charged}</translation>
    </message>
    <message>
        <source>{index} of {count}</source>
        <translation>{index} / {count}</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>主人</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>优先级</translation>
    </message>
    <message>
        <source>Index</source>
        <translation>数组序号</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>Exit status</source>
        <translation>退出状态</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Allowed</source>
        <translation>允许</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>镜像</translation>
    </message>
    <message>
        <source>Asks for</source>
        <translation>要求</translation>
    </message>
    <message>
        <source>Environment</source>
        <translation>环境变量</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Time limit</source>
        <translation>时间限制</translation>
    </message>
    <message>
        <source>Retries</source>
        <translation>重试次数</translation>
    </message>
    <message>
        <source>{n} cores</source>
        <translation>{n} 核</translation>
    </message>
    <message>
        <source>1 core</source>
        <translation>1 核</translation>
    </message>
    <message>
        <source>{n} memory</source>
        <translation>内存 {n}</translation>
    </message>
    <message>
        <source>{n} disk</source>
        <translation>磁盘 {n}</translation>
    </message>
    <message>
        <source>CPU score {n}</source>
        <translation>CPU 评分 {n}</translation>
    </message>
    <message>
        <source>GPU {name}</source>
        <translation>GPU {name}</translation>
    </message>
    <message>
        <source>{n} GPU memory</source>
        <translation>显存 {n}</translation>
    </message>
    <message>
        <source>GPU score {n}</source>
        <translation>GPU 评分 {n}</translation>
    </message>
    <message>
        <source>in {place}</source>
        <translation>位于 {place}</translation>
    </message>
    <message>
        <source>best in {place}</source>
        <translation>优先 {place}</translation>
    </message>
    <message>
        <source>trust {n}</source>
        <translation>信任等级 {n}</translation>
    </message>
    <message>
        <source>isolation {n}</source>
        <translation>隔离 {n}</translation>
    </message>
    <message>
        <source>Owners</source>
        <translation>主人</translation>
    </message>
    <message>
        <source>Held</source>
        <translation>冻结</translation>
    </message>
    <message>
        <source>No.</source>
        <translation>序号</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Checked</source>
        <translation>核对</translation>
    </message>
    <message>
        <source>Whether another node&apos;s result was the same</source>
        <translation>另一个节点的结果是否相同</translation>
    </message>
    <message>
        <source>Exit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Exit status of the command</source>
        <translation>命令的退出状态</translation>
    </message>
    <message>
        <source>CPU time</source>
        <translation>CPU 时间</translation>
    </message>
    <message>
        <source>Memory peak</source>
        <translation>内存峰值</translation>
    </message>
    <message>
        <source>Waited</source>
        <translation>等待时间</translation>
    </message>
    <message>
        <source>From its submission to its start</source>
        <translation>从提交到开始</translation>
    </message>
    <message>
        <source>Ran</source>
        <translation>运行时间</translation>
    </message>
    <message>
        <source>From its start to its end</source>
        <translation>从开始到结束</translation>
    </message>
    <message>
        <source>Attempt</source>
        <translation>尝试</translation>
    </message>
    <message>
        <source>Submitted</source>
        <translation>提交时间</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>开始时间</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>结束时间</translation>
    </message>
    <message>
        <source>Price</source>
        <translation>价格</translation>
    </message>
    <message>
        <source>Held when it was submitted</source>
        <translation>提交时冻结的金额</translation>
    </message>
    <message>
        <source>Charged</source>
        <translation>扣费</translation>
    </message>
    <message>
        <source>Paid when it succeeded</source>
        <translation>成功后支付的金额</translation>
    </message>
    <message>
        <source>Detail</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>编号</translation>
    </message>
</context>
<context>
    <name>TasksPane</name>
    <message>
        <source>Tasks</source>
        <extracomment>After the last key the filter is applied. The filter is prepared bit by bit, so long at a time and with such pauses, in milliseconds. Of the task with this id. Until the words of all tasks are known.</extracomment>
        <translation>任务</translation>
    </message>
    <message>
        <source>Whose tasks</source>
        <translation>谁的任务</translation>
    </message>
    <message>
        <source>All users</source>
        <translation>所有用户</translation>
    </message>
    <message>
        <source>Mine</source>
        <translation>我的</translation>
    </message>
    <message>
        <source>Submit…</source>
        <translation>提交…</translation>
    </message>
    <message>
        <source>Submit a task…</source>
        <translation>提交任务…</translation>
    </message>
    <message>
        <source>Filter tasks: words in any column</source>
        <translation>筛选任务：任意列中的词</translation>
    </message>
    <message>
        <source>No task matches</source>
        <translation>没有匹配的任务</translation>
    </message>
    <message>
        <source>No tasks yet</source>
        <translation>还没有任务</translation>
    </message>
    <message>
        <source>A task is a folder with a program: drop one, and a node runs it.</source>
        <translation>任务就是一个含有程序的文件夹：拖入一个，即由节点运行。</translation>
    </message>
    <message>
        <source>Nobody has submitted one.</source>
        <translation>还没有人提交过任务。</translation>
    </message>
    <message>
        <source>Show lo&amp;g</source>
        <translation>显示日志(&amp;G)</translation>
    </message>
</context>
<context>
    <name>TemplatesMenu</name>
    <message>
        <source>&amp;Keep as a template…</source>
        <translation>存为模板(&amp;K)…</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>删除(&amp;D)</translation>
    </message>
    <message>
        <source>Keep as a template</source>
        <translation>存为模板</translation>
    </message>
    <message>
        <source>Name of the template; one of the same name is replaced:</source>
        <translation>模板名称；同名模板将被替换：</translation>
    </message>
</context>
<context>
    <name>TimelinePane</name>
    <message>
        <source>Timeline</source>
        <translation>时间线</translation>
    </message>
    <message>
        <source>Time shown</source>
        <translation>显示的时间段</translation>
    </message>
    <message>
        <source>Last 10 minutes</source>
        <translation>最近 10 分钟</translation>
    </message>
    <message>
        <source>Last hour</source>
        <translation>最近 1 小时</translation>
    </message>
    <message>
        <source>Last 6 hours</source>
        <translation>最近 6 小时</translation>
    </message>
    <message>
        <source>To now</source>
        <translation>回到现在</translation>
    </message>
    <message>
        <source>Submit a task…</source>
        <translation>提交任务…</translation>
    </message>
    <message>
        <source>Nothing ran lately</source>
        <translation>近来没有运行过任务</translation>
    </message>
    <message>
        <source>What runs on the nodes is seen here, over the last six hours.</source>
        <translation>这里显示最近六小时各节点上运行的任务。</translation>
    </message>
    <message>
        <source>of {owner} on {node}</source>
        <translation>{owner} 的任务，在 {node} 上</translation>
    </message>
    <message>
        <source>ran {span}</source>
        <translation>运行了 {span}</translation>
    </message>
</context>
<context>
    <name>TransferDetails</name>
    <message>
        <source>Show task</source>
        <translation>显示任务</translation>
    </message>
    <message>
        <source>Show the hold</source>
        <translation>显示冻结</translation>
    </message>
    <message>
        <source>When:</source>
        <translation>时间：</translation>
    </message>
    <message>
        <source>From, to:</source>
        <translation>付款与收款：</translation>
    </message>
    <message>
        <source>Amount:</source>
        <translation>金额：</translation>
    </message>
    <message>
        <source>Balance after:</source>
        <translation>交易后余额：</translation>
    </message>
    <message>
        <source>Memo:</source>
        <translation>附言：</translation>
    </message>
    <message>
        <source>Task:</source>
        <translation>任务：</translation>
    </message>
    <message>
        <source>Attempt:</source>
        <translation>尝试：</translation>
    </message>
    <message>
        <source>Price:</source>
        <translation>价格：</translation>
    </message>
    <message>
        <source>Resolves:</source>
        <translation>了结：</translation>
    </message>
    <message>
        <source>Hash:</source>
        <translation>哈希：</translation>
    </message>
    <message>
        <source>Previous hash:</source>
        <translation>前一行哈希：</translation>
    </message>
    <message>
        <source>No row chosen</source>
        <translation>未选择账目</translation>
    </message>
    <message>
        <source>Choose a row to see what it was for.</source>
        <translation>选择一行，查看其来由。</translation>
    </message>
    <message>
        <source>{mark} {kind}, row {number}</source>
        <translation>{mark} {kind}，第 {number} 行</translation>
    </message>
    <message>
        <source>{number} of {count}, on {node}</source>
        <translation>第 {number} 次，共 {count} 次，在 {node} 上</translation>
    </message>
    <message numerus="yes">
        <source>%n so far</source>
        <translation>
            <numerusform>到目前 %n 次</numerusform>
        </translation>
    </message>
    <message>
        <source>the hold {id}</source>
        <translation>冻结 {id}</translation>
    </message>
    <message>
        <source>the hold of {amount}, row {number}, {at}</source>
        <translation>冻结 {amount}，第 {number} 行，{at}</translation>
    </message>
</context>
<context>
    <name>TransferDialog</name>
    <message>
        <source>Transfer CPT</source>
        <translation>CPT 转账</translation>
    </message>
    <message>
        <source>Ask for the balance</source>
        <extracomment>One id for what is being confirmed: a second try of it pays once.</extracomment>
        <translation>查询余额</translation>
    </message>
    <message>
        <source>from &amp;my account</source>
        <translation>我的账户(&amp;M)</translation>
    </message>
    <message>
        <source>a &amp;grant from the treasury</source>
        <translation>从金库发放(&amp;G)</translation>
    </message>
    <message>
        <source>From:</source>
        <translation>来源：</translation>
    </message>
    <message>
        <source>&amp;To user:</source>
        <translation>收款用户(&amp;T)：</translation>
    </message>
    <message>
        <source>&amp;Amount:</source>
        <translation>金额(&amp;A)：</translation>
    </message>
    <message>
        <source>in CPT</source>
        <translation>单位 CPT</translation>
    </message>
    <message>
        <source>M&amp;emo:</source>
        <translation>附言(&amp;E)：</translation>
    </message>
    <message>
        <source>both can read it</source>
        <translation>双方都能看到</translation>
    </message>
    <message>
        <source>&amp;Continue…</source>
        <translation>继续(&amp;C)…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation>返回(&amp;B)</translation>
    </message>
    <message>
        <source>The treasury pays; your own account stays as it is.</source>
        <translation>由金库支付；自己的账户不变。</translation>
    </message>
    <message>
        <source>Available: {now}; after it: {then}</source>
        <translation>可用：{now}；转账后：{then}</translation>
    </message>
    <message>
        <source>Grant {amount} from the treasury to {to}?</source>
        <translation>从金库向 {to} 发放 {amount}？</translation>
    </message>
    <message>
        <source>Pay {amount} to {to}?</source>
        <translation>向 {to} 支付 {amount}？</translation>
    </message>
    <message>
        <source>Memo: “{memo}”</source>
        <translation>附言：“{memo}”</translation>
    </message>
    <message>
        <source>It cannot be taken back: only {to} could pay it back.</source>
        <translation>无法撤回：只能由 {to} 再付回来。</translation>
    </message>
    <message>
        <source>&amp;Grant {amount}</source>
        <translation>发放 {amount}(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Pay {amount}</source>
        <translation>支付 {amount}(&amp;P)</translation>
    </message>
    <message>
        <source>{amount} granted to {to}</source>
        <translation>已向 {to} 发放 {amount}</translation>
    </message>
    <message>
        <source>{amount} paid to {to}</source>
        <translation>已向 {to} 支付 {amount}</translation>
    </message>
    <message>
        <source>⚠ {reason} Try again: it is paid once, however often you try.</source>
        <translation>⚠ {reason} 请重试：无论重试几次，都只支付一次。</translation>
    </message>
</context>
<context>
    <name>Transfers</name>
    <message>
        <source>the treasury</source>
        <extracomment>They reserve and free money, and move none.</extracomment>
        <translation>金库</translation>
    </message>
    <message>
        <source>the pool&apos;s fees</source>
        <translation>池的手续费</translation>
    </message>
    <message>
        <source>held</source>
        <translation>托管</translation>
    </message>
    <message>
        <source>all users</source>
        <translation>所有用户</translation>
    </message>
    <message>
        <source>grant</source>
        <translation>发放</translation>
    </message>
    <message>
        <source>payment</source>
        <translation>转账</translation>
    </message>
    <message>
        <source>hold</source>
        <translation>冻结</translation>
    </message>
    <message>
        <source>settlement</source>
        <translation>结算</translation>
    </message>
    <message>
        <source>refund</source>
        <translation>退还</translation>
    </message>
    <message>
        <source>fee</source>
        <translation>手续费</translation>
    </message>
    <message>
        <source>The pool gave it from its treasury.</source>
        <translation>由池从金库发放。</translation>
    </message>
    <message>
        <source>One user paid another.</source>
        <translation>用户之间的转账。</translation>
    </message>
    <message>
        <source>Reserved for a task when it was submitted. Nothing has moved yet.</source>
        <translation>提交任务时为其保留。金额尚未转移。</translation>
    </message>
    <message>
        <source>Paid to the owner of the node that did the work.</source>
        <translation>付给完成任务的节点的主人。</translation>
    </message>
    <message>
        <source>Free again: the task failed, was cancelled, or cost less than was held.</source>
        <translation>解除冻结：任务失败、被取消，或费用低于冻结金额。</translation>
    </message>
    <message>
        <source>The pool&apos;s share of a settlement.</source>
        <translation>池从结算中收取的部分。</translation>
    </message>
    <message>
        <source>{amount} held</source>
        <translation>冻结 {amount}</translation>
    </message>
    <message>
        <source>{amount} freed</source>
        <translation>解冻 {amount}</translation>
    </message>
    <message>
        <source>When</source>
        <extracomment>Whose side amounts are seen from; empty for everybody&apos;s.</extracomment>
        <translation>时间</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>From or to</source>
        <translation>对方</translation>
    </message>
    <message>
        <source>Amount</source>
        <translation>金额</translation>
    </message>
    <message>
        <source>Balance after</source>
        <translation>交易后余额</translation>
    </message>
    <message>
        <source>Task</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Memo</source>
        <translation>附言</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>行号</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>&amp;Open HiveMind Master</source>
        <translation>打开 HiveMind Master(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>Close the window</source>
        <translation>关闭窗口</translation>
    </message>
    <message>
        <source>The pool is hosted by this program.</source>
        <translation>池由本程序托管。</translation>
    </message>
    <message>
        <source>Keep serving in the background, or stop the pool until the next start?</source>
        <translation>在后台继续服务，还是停止池，下次启动时再恢复？</translation>
    </message>
    <message>
        <source>&amp;Keep serving</source>
        <translation>继续服务(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Do not ask again</source>
        <translation>不再询问(&amp;D)</translation>
    </message>
    <message>
        <source>HiveMind Master: no connection</source>
        <translation>HiveMind Master：连接中断</translation>
    </message>
    <message>
        <source>HiveMind Master: {online} of {known} nodes, {running} tasks running</source>
        <translation>HiveMind Master：{known} 个节点中 {online} 个在线，{running} 个任务运行中</translation>
    </message>
</context>
<context>
    <name>UndoBar</name>
    <message>
        <source>Take it back ({keys})</source>
        <translation>撤回 ({keys})</translation>
    </message>
    <message>
        <source>Leave it so</source>
        <translation>保持现状</translation>
    </message>
    <message>
        <source>Can be undone: {what}</source>
        <translation>可以撤销：{what}</translation>
    </message>
    <message>
        <source>Undo</source>
        <extracomment>Above the status bar. Also in a menu of the window, with its shortcut.</extracomment>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Taken back.</source>
        <translation>已撤回。</translation>
    </message>
</context>
<context>
    <name>VerifyStep</name>
    <message>
        <source>Verification</source>
        <translation>验证</translation>
    </message>
    <message>
        <source>The configuration is written</source>
        <translation>配置已写入</translation>
    </message>
    <message>
        <source>A way to run it was found</source>
        <translation>已找到运行方式</translation>
    </message>
    <message>
        <source>The tunnel runs</source>
        <translation>隧道在运行</translation>
    </message>
    <message>
        <source>The master is reached through it</source>
        <translation>可通过隧道到达主控节点</translation>
    </message>
    <message>
        <source>The hub answers</source>
        <translation>枢纽有应答</translation>
    </message>
    <message>
        <source>A peer is connected: the UDP port answers from where it is</source>
        <translation>已有对等方连接：从它所在之处 UDP 端口有应答</translation>
    </message>
    <message>
        <source>Give the hub’s keeper this master’s public key: {key}</source>
        <translation>请把此主控节点的公钥交给枢纽的管理者：{key}</translation>
    </message>
    <message>
        <source>{names}: online, and no answer came over UDP at {endpoint}. Firewalls and routers must let the port in.</source>
        <translation>{names}：在线，但在 {endpoint} 没有收到 UDP 应答。防火墙和路由器必须放行该端口。</translation>
    </message>
</context>
<context>
    <name>Vpn</name>
    <message>
        <source>○ off</source>
        <translation>○ 关闭</translation>
    </message>
    <message>
        <source>◔ starting</source>
        <translation>◔ 启动中</translation>
    </message>
    <message>
        <source>✓ up</source>
        <translation>✓ 运行中</translation>
    </message>
    <message>
        <source>⚠ not verified</source>
        <translation>⚠ 未验证</translation>
    </message>
    <message>
        <source>✕ broken</source>
        <translation>✕ 故障</translation>
    </message>
    <message>
        <source>● only exported</source>
        <translation>● 仅导出</translation>
    </message>
    <message>
        <source>This master is the hub.</source>
        <translation>此主控节点是枢纽。</translation>
    </message>
    <message>
        <source>This master is a peer of another&apos;s hub.</source>
        <translation>此主控节点是他人枢纽的对等方。</translation>
    </message>
    <message>
        <source>No encrypted network is set up.</source>
        <translation>未设置加密网络。</translation>
    </message>
    <message>
        <source>Set-up</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>WireGuard</source>
        <translation>WireGuard</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Tunnel</source>
        <translation>隧道</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>时钟</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Endpoint</source>
        <translation>端点</translation>
    </message>
    <message>
        <source>From outside</source>
        <translation>来自外部</translation>
    </message>
    <message>
        <source>Routes</source>
        <translation>路由</translation>
    </message>
    <message>
        <source>Peers</source>
        <translation>对等方</translation>
    </message>
    <message>
        <source>Master</source>
        <translation>主控节点</translation>
    </message>
    <message>
        <source>Peer</source>
        <translation>对等方</translation>
    </message>
    <message>
        <source>the hub</source>
        <translation>枢纽</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Handshake</source>
        <translation>握手</translation>
    </message>
    <message>
        <source>never</source>
        <translation>从未</translation>
    </message>
    <message>
        <source>How long ago the peer proved its key; at most two minutes.</source>
        <translation>对等方上次证明其密钥至今的时间；最多两分钟。</translation>
    </message>
    <message>
        <source>Traffic</source>
        <translation>流量</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>已接收</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>已发送</translation>
    </message>
    <message>
        <source>Heard at</source>
        <translation>最近位置</translation>
    </message>
    <message>
        <source>Public key</source>
        <translation>公钥</translation>
    </message>
    <message>
        <source>hub</source>
        <translation>枢纽</translation>
    </message>
    <message>
        <source>node</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>⚠ past it</source>
        <translation>⚠ 绕过隧道</translation>
    </message>
    <message>
        <source>✓ connected</source>
        <translation>✓ 已连接</translation>
    </message>
    <message>
        <source>○ away</source>
        <translation>○ 离线</translation>
    </message>
    <message>
        <source>The node is online, and works past its tunnel. Its log says why.</source>
        <translation>节点在线，但绕过隧道工作。其日志说明原因。</translation>
    </message>
</context>
<context>
    <name>VpnPane</name>
    <message>
        <source>Encrypted network</source>
        <translation>加密网络</translation>
    </message>
    <message>
        <source>Watch the encrypted network</source>
        <translation>关注加密网络</translation>
    </message>
    <message>
        <source>No peers yet</source>
        <translation>还没有对等方</translation>
    </message>
    <message>
        <source>Nodes come by themselves. A phone or a laptop is added with a file or a QR code.</source>
        <translation>节点会自行加入。手机或笔记本用文件或二维码添加。</translation>
    </message>
    <message>
        <source>Set up…</source>
        <translation>设置…</translation>
    </message>
    <message>
        <source>Add a device…</source>
        <translation>添加设备…</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>重命名…</translation>
    </message>
    <message>
        <source>Change key</source>
        <translation>更换密钥</translation>
    </message>
    <message>
        <source>Revoke…</source>
        <translation>吊销…</translation>
    </message>
    <message>
        <source>Diagnose…</source>
        <translation>诊断…</translation>
    </message>
    <message>
        <source>Stop…</source>
        <translation>停止…</translation>
    </message>
    <message>
        <source>Add one…</source>
        <translation>添加…</translation>
    </message>
    <message>
        <source>The tunnel to it does not run.</source>
        <translation>通往它的隧道未运行。</translation>
    </message>
    <message>
        <source>No encrypted network</source>
        <translation>没有加密网络</translation>
    </message>
    <message>
        <source>Nodes can talk to the master through WireGuard. They set themselves up, and nobody types a key.</source>
        <translation>节点可以通过 WireGuard 与主控节点通信。它们自行设置，无需任何人输入密钥。</translation>
    </message>
    <message>
        <source>Set it up…</source>
        <translation>设置…</translation>
    </message>
    <message>
        <source>Its address {address}</source>
        <translation>其地址 {address}</translation>
    </message>
    <message>
        <source>Network {network}</source>
        <translation>网络 {network}</translation>
    </message>
    <message>
        <source>Endpoint {endpoint}</source>
        <translation>端点 {endpoint}</translation>
    </message>
    <message>
        <source>Run by {backend}</source>
        <translation>由 {backend} 运行</translation>
    </message>
    <message>
        <source>Of a chosen node: it makes itself another key.</source>
        <translation>对选中的节点：它会自行生成新密钥。</translation>
    </message>
    <message>
        <source>Rename a peer</source>
        <translation>重命名对等方</translation>
    </message>
    <message>
        <source>Its name:</source>
        <translation>名称：</translation>
    </message>
    <message>
        <source>Change a key</source>
        <translation>更换密钥</translation>
    </message>
    <message>
        <source>{name} makes itself another key</source>
        <translation>{name} 将自行生成新密钥</translation>
    </message>
    <message>
        <source>Revoke</source>
        <translation>吊销</translation>
    </message>
    <message>
        <source>Revoke {name}?</source>
        <translation>吊销 {name}？</translation>
    </message>
    <message numerus="yes">
        <source>Revoke %n peer(s)?</source>
        <translation>
            <numerusform>吊销 %n 个对等方？</numerusform>
        </translation>
    </message>
    <message>
        <source>What is revoked is cut off at once, for good. A node stays in the pool.</source>
        <translation>被吊销者立即被永久断开。节点仍留在池中。</translation>
    </message>
    <message>
        <source>Revoke peers</source>
        <translation>吊销对等方</translation>
    </message>
    <message numerus="yes">
        <source>%n peer(s) revoked</source>
        <translation>
            <numerusform>已吊销 %n 个对等方</numerusform>
        </translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop the encrypted network?</source>
        <translation>停止加密网络？</translation>
    </message>
    <message>
        <source>Nodes go on without it, unless they must not. Peers and their addresses are kept.</source>
        <translation>除非不允许，节点会绕过它继续工作。对等方及其地址会保留。</translation>
    </message>
    <message>
        <source>Stop the encrypted network</source>
        <translation>停止加密网络</translation>
    </message>
    <message>
        <source>The encrypted network is stopped</source>
        <translation>加密网络已停止</translation>
    </message>
</context>
<context>
    <name>VpnSetup</name>
    <message>
        <source>Set up the encrypted network</source>
        <translation>设置加密网络</translation>
    </message>
</context>
<context>
    <name>WelcomeStep</name>
    <message>
        <source>Welcome</source>
        <translation>欢迎</translation>
    </message>
    <message>
        <source>This computer becomes the master of a pool: it takes in tasks, hands them to the machines that join, and keeps the accounts.</source>
        <translation>本机将成为一个池的主控节点：接收任务，分给加入的机器，并管理账目。</translation>
    </message>
    <message>
        <source>The next steps make an administrator, give the pool a name, and show how other machines join. It takes about a minute.</source>
        <translation>接下来创建管理员，为池命名，并说明其他机器如何加入。大约需要一分钟。</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>语言(&amp;L)</translation>
    </message>
</context>
<context>
    <name>WhyWaiting</name>
    <message>
        <source>Nearest nodes</source>
        <translation>最接近的节点</translation>
    </message>
    <message>
        <source>Of {known} nodes, {feasible} could run it when empty, {free} now. About {ahead} tasks come first.</source>
        <translation>共 {known} 个节点，其中 {feasible} 个空闲时可运行，{free} 个现在可运行。前面约有 {ahead} 个任务。</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>比例</translation>
    </message>
    <message>
        <source>Nodes</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>Nodes that pass this rule, whatever the others say</source>
        <translation>不论其他规则，满足此规则的节点数</translation>
    </message>
    <message>
        <source>The task</source>
        <translation>任务要求</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>What it lacks</source>
        <translation>所缺条件</translation>
    </message>
</context>
<context>
    <name>WindowActions</name>
    <message>
        <source>&amp;Actions</source>
        <translation>操作(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Layout</source>
        <translation>布局(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Find a command…</source>
        <translation>查找命令(&amp;F)…</translation>
    </message>
    <message>
        <source>&amp;Shortcuts</source>
        <translation>快捷键(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;About</source>
        <translation>关于(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Submit a task…</source>
        <translation>提交任务(&amp;S)…</translation>
    </message>
    <message>
        <source>&amp;Join a machine…</source>
        <translation>加入机器(&amp;J)…</translation>
    </message>
    <message>
        <source>&amp;Transfer CPT…</source>
        <translation>CPT 转账(&amp;T)…</translation>
    </message>
    <message>
        <source>Clone a task</source>
        <translation>克隆任务</translation>
    </message>
    <message>
        <source>&amp;Keep this layout…</source>
        <translation>保存此布局(&amp;K)…</translation>
    </message>
    <message>
        <source>&amp;Forget</source>
        <translation>删除布局(&amp;F)</translation>
    </message>
    <message>
        <source>Keep this layout</source>
        <translation>保存此布局</translation>
    </message>
    <message>
        <source>Name of the layout:</source>
        <translation>布局名称：</translation>
    </message>
</context>
<context>
    <name>_Counts</name>
    <message numerus="yes">
        <source>%n row(s)</source>
        <extracomment>Rows a request while all of them are written to a file.</extracomment>
        <translation>
            <numerusform>%n 行</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>✓ %n row(s) written to {path}</source>
        <translation>
            <numerusform>✓ 已将 %n 行写入 {path}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Exporting: %n row(s)…</source>
        <translation>
            <numerusform>正在导出：%n 行…</numerusform>
        </translation>
    </message>
</context>
</TS>
