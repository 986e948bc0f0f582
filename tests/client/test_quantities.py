import pytest
import typer

from app.client.cli import quantities


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (quantities.memory_mib, "512", 512),
        (quantities.memory_mib, "512MiB", 512),
        (quantities.memory_mib, "2G", 2048),
        (quantities.memory_mib, "1.5 GiB", 1536),
        (quantities.memory_mib, "1TB", 1024 * 1024),
        (quantities.memory_mib, "2048k", 2),
        (quantities.seconds, "90", 90),
        (quantities.seconds, "90s", 90),
        (quantities.seconds, "10m", 600),
        (quantities.seconds, "1h30m", 5400),
        (quantities.seconds, "2d", 172800),
        (quantities.millicores, "2", 2000),
        (quantities.millicores, "0.5", 500),
        (quantities.amount_mcpt, "12.5", 12500),
        (quantities.variable, "A=b=c", ("A", "b=c")),
        (quantities.location, "Europe/DE", "Europe/DE"),
    ],
)
def test_quantities_are_understood(parse, text, value):
    assert parse(text) == value


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (quantities.memory_mib, "lots"),
        (quantities.memory_mib, "0"),
        (quantities.memory_mib, "0.3MiB"),
        (quantities.memory_mib, "-1G"),
        (quantities.seconds, ""),
        (quantities.seconds, "0s"),
        (quantities.seconds, "0"),
        (quantities.millicores, "0"),
        (quantities.millicores, "0.000"),
        (quantities.seconds, "1x"),
        (quantities.seconds, "-5s"),
        (quantities.millicores, "-1"),
        (quantities.millicores, "1e3"),
        (quantities.amount_mcpt, "1.2345"),
        (quantities.amount_mcpt, "-1"),
        (quantities.variable, "novalue"),
        (quantities.variable, "1A=b"),
        (quantities.location, "Atlantis"),
    ],
)
def test_other_texts_are_a_usage_error(parse, text):
    with pytest.raises(typer.BadParameter):
        parse(text)


@pytest.mark.parametrize(
    ("show", "value", "text"),
    [
        (quantities.show_mib, 512, "512 MiB"),
        (quantities.show_mib, 1536, "1.5 GiB"),
        (quantities.show_bytes, 17, "17 B"),
        (quantities.show_bytes, 1536, "1.5 KiB"),
        (quantities.show_cpt, 12500, "12.5"),
    ],
)
def test_quantities_are_shown(show, value, text):
    assert show(value) == text
