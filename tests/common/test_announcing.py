from zeroconf import ServiceInfo

from app.common.announcing import NAME_KEY, PIN_KEY, SERVICE_TYPE, announced_properties


def test_the_longest_name_fits_a_record_and_is_cut_between_characters() -> None:
    """Settings allow 100 characters; an entry of the record holds 255 bytes."""
    properties = announced_properties("实" * 100, "p" * 52)
    info = ServiceInfo(SERVICE_TYPE, f"x.{SERVICE_TYPE}", 1, properties=properties)
    assert info.decoded_properties[NAME_KEY] == "实" * 83
    assert info.decoded_properties[PIN_KEY] == "p" * 52
