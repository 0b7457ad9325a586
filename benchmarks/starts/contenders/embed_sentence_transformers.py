"""Vectors of texts by sentence-transformers: `encode` as it comes, batches of 32."""

from serving import read_ask, read_texts, serve


def main() -> None:
    import torch
    from sentence_transformers import SentenceTransformer

    ask = read_ask()
    torch.set_num_threads(ask.threads)
    texts, _ = read_texts(ask)
    kind = torch.bfloat16 if ask.precision == "bfloat16" else torch.float32
    encoder = SentenceTransformer(
        ask.checkpoint, device="cpu", local_files_only=True, model_kwargs={"dtype": kind}
    )
    encoder.max_seq_length = ask.longest
    encoder.encode(texts[:8], show_progress_bar=False)
    serve(
        lambda: len(encoder.encode(texts, show_progress_bar=False)),
        ("sentence-transformers", "torch", "transformers"),
    )


if __name__ == "__main__":
    main()
