"""Vectors of the frozen encoder and a logistic regression: sentence-transformers as it comes."""

from exchange import Watch, read_ask, read_rows, write_answer


def main() -> None:
    import torch
    from sentence_transformers import SentenceTransformer
    from sklearn.linear_model import LogisticRegression

    ask = read_ask()
    torch.set_num_threads(ask.threads)
    texts, labels, questions = read_rows(ask)
    encoder = SentenceTransformer(ask.checkpoint, device="cpu", local_files_only=True)
    encoder.max_seq_length = ask.longest
    watch = Watch()
    model = LogisticRegression(max_iter=2000)
    model.fit(encoder.encode(texts, show_progress_bar=False), labels)
    fit, watch = watch.spent(), Watch()
    predictions = model.predict(encoder.encode(questions, show_progress_bar=False))
    write_answer(
        ask,
        predictions=list(predictions),
        fit=fit,
        predict=watch.spent(),
        packages=("sentence-transformers", "transformers", "torch", "scikit-learn"),
        details={"C": model.C},
    )


if __name__ == "__main__":
    main()
