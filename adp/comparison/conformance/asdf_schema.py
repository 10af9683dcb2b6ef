"""The tree of an ASDF file against the core schemas that the asdf library brings; nothing is looked up elsewhere."""

import warnings
from collections.abc import Iterator
from io import BytesIO

from adp.comparison.conformance.remark import Remark
from adp.comparison.formats.asdf_file import tree_text
from adp.comparison.formats.asdf_tree import leaves
from adp.comparison.formats.limits import ReadLimits


def remarks(descriptor: int, limits: ReadLimits) -> Iterator[Remark]:
    """What the schemas of the tags say; tags that the library does not know have none."""
    text, _ = tree_text(descriptor, limits)
    for _ in leaves(text, limits):
        pass  # sizes first: what follows builds the tree
    import asdf  # noqa: PLC0415 (a second to import)
    from asdf import schema, yamlutil  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            schema.validate(yamlutil.load_tree(BytesIO(text.encode())), asdf.AsdfFile())
        except MemoryError:
            raise
        except asdf.ValidationError as error:
            place = ".".join(map(str, error.absolute_path))
            yield Remark(f"{place or 'the tree'}: {error.message.splitlines()[0][:200]}", breaks=True)
        except Exception as error:  # noqa: BLE001 (a validator fed by strangers: whatever it raises is about this tree)
            yield Remark(f"asdf cannot read its tree: {(str(error).splitlines() or ['?'])[0][:200]}", breaks=True)
