from app.client.methods import Shape
from proto import nodepool_pb2 as pb
from tests.client.fake_pool import METHODS

SHAPES = {
    (False, False): Shape.UNARY,
    (False, True): Shape.DOWN,
    (True, False): Shape.UP,
    (True, True): Shape.BOTH,
}
#: Marked "open" in the proto.
OPEN = {"Login", "Register", "RegisterNode", "GetPoolInfo", "GetChallenge", "AuthenticateNode"}
OPEN |= {"Refresh", "ResetPassword"}


def test_the_table_is_the_wire():
    table = {
        method.path: (method.request, method.response, method.shape, method.signed)
        for method in METHODS
    }
    wire = {}
    for service in pb.DESCRIPTOR.services_by_name.values():
        for method in service.methods:
            wire[f"/{service.full_name}/{method.name}"] = (
                getattr(pb, method.input_type.name),
                getattr(pb, method.output_type.name),
                SHAPES[method.client_streaming, method.server_streaming],
                method.name not in OPEN,
            )
    assert table == wire
