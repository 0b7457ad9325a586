"""Vectors of picture files by Headstart's frozen encoder: decoded anew, nothing kept on disk."""

from pathlib import Path

from serving import read_ask, serve


def main() -> None:
    import pyarrow as pa

    from headstart.features.frozen_pictures import FrozenPictures
    from headstart.features.pictures import Pictures
    from headstart.records import Column, Table

    ask = read_ask()
    encoder = FrozenPictures(ask.checkpoint)
    names = sorted(path.name for path in Path(ask.rows).iterdir())
    table = Table(
        columns=(Column(name="picture", modality="image", role="input"),),
        arrow=pa.table({"picture": names}),
        row_ids=range(len(names)),
        media_root=Path(ask.rows),
    )

    def job() -> int:
        pictures = Pictures(table, "picture", encoder.framing, cores=ask.threads, cache=None)
        return len(encoder.layer(pictures, encoder.depth - 1, ask.threads))

    job()
    serve(job, ("headstart", "torch", "timm"))


if __name__ == "__main__":
    main()
