"""Lists of tasks that are kept as they were sent, as long as nothing has changed.

Scripts and pages ask for the same list over and over; most of what an answer costs is reading
and writing rows that are as they were. Where some have changed, the others are not written anew.
"""

from collections import OrderedDict
from typing import NamedTuple

from app.master.events import Event, EventBus, TaskChanged
from app.master.web.json_out import to_text
from proto import nodepool_pb2 as pb

#: Of all lists together.
BYTES_MAX = 16 * 1024 * 1024
#: Rows that are kept: some 5 MB.
ROWS_MAX = 4096
_NO_ROWS = b'"tasks":[]'


class Kept(NamedTuple):
    """An answer: its body, and the token of the page after it."""

    body: bytes
    next_page_token: str


class KeptLists:
    """Answers by what was asked and by whom. Any task that changes ends them all.

    It listens only while it keeps something: where nobody listens, events cost nothing.
    """

    def __init__(self, events: EventBus) -> None:
        self._events = events
        self._kept: OrderedDict[object, Kept] = OrderedDict()
        self._bytes = 0
        self._listening = False
        #: Rows as JSON, by their bytes on the wire.
        self._rows: dict[bytes, bytes] = {}
        #: Another one after each change: what is read is kept if it is the same afterwards.
        self.epoch = 0

    def begin(self) -> int:
        """Heed what changes from now on; the epoch that `keep` is to be told."""
        if not self._listening:
            self._listening = True
            self._unlisten = self._events.listen(self._notice)
        return self.epoch

    def text(self, answer: pb.GetAllTasksResponse) -> bytes:
        """What `to_text` gives of `answer`."""
        rows = b",".join([self._row(task) for task in answer.tasks])
        rest = to_text(pb.GetAllTasksResponse(next_page_token=answer.next_page_token))
        return rest.replace(_NO_ROWS, b'"tasks":[%b]' % rows, 1)

    def _row(self, task: pb.TaskInfo) -> bytes:
        key = task.SerializeToString()
        found = self._rows.get(key)
        if found is None:
            if len(self._rows) >= ROWS_MAX:
                # What is still looked at is back at once.
                self._rows.clear()
            found = self._rows[key] = to_text(task)
        return found

    def get(self, asked: object) -> Kept | None:
        """The answer to what was `asked`, if it still holds."""
        kept = self._kept.get(asked)
        if kept is not None:
            self._kept.move_to_end(asked)
        return kept

    def keep(self, asked: object, answer: Kept, epoch: int) -> None:
        """Keep an answer that was read after `begin` had told `epoch`."""
        if epoch != self.epoch or asked in self._kept or len(answer.body) > BYTES_MAX // 4:
            return
        self._kept[asked] = answer
        self._bytes += len(answer.body)
        while self._bytes > BYTES_MAX:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= len(oldest.body)

    def _notice(self, event: Event) -> None:
        if not isinstance(event, TaskChanged):
            return
        self.epoch += 1
        self._kept.clear()
        self._bytes = 0
        self._listening = False
        self._unlisten()
