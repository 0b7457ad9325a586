"""Counting words: TF-IDF of words and pairs of words, and a logistic regression (scikit-learn)."""

from exchange import Watch, read_ask, read_rows, write_answer

C = 10.0


def main() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    ask = read_ask()
    texts, labels, questions = read_rows(ask)
    watch = Watch()
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    model = make_pipeline(words, LogisticRegression(C=C, max_iter=2000))
    model.fit(texts, labels)
    fit, watch = watch.spent(), Watch()
    predictions = model.predict(questions)
    write_answer(
        ask,
        predictions=list(predictions),
        fit=fit,
        predict=watch.spent(),
        packages=("scikit-learn",),
        details={"words": len(words.vocabulary_), "C": C},
    )


if __name__ == "__main__":
    main()
