"""Vectors of texts by Headstart's frozen encoder: the last layer, pooled, nothing kept on disk."""

from serving import read_ask, read_texts, serve


def main() -> None:
    from headstart.features.frozen import Frozen

    ask = read_ask()
    texts, _ = read_texts(ask)
    encoder = Frozen(ask.checkpoint, "mean", ask.longest, None)
    if ask.precision == "float32":
        assert isinstance(encoder._halves, bool)
        encoder._halves = False
    encoder.vectors(texts[:8], ask.threads)
    serve(lambda: len(encoder.vectors(texts, ask.threads)), ("headstart", "torch", "transformers"))


if __name__ == "__main__":
    main()
