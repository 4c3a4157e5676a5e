import pytest

from extractors.languages import UNKNOWN, found_language

TEXTS = {
    "en": "The Commission has adopted guidance on how companies identify forced labour in their supply chains.",
    "fr": "La Commission a adopté des lignes directrices sur le travail forcé dans les chaînes d'approvisionnement.",
    "de": "Die Kommission hat Leitlinien zu Zwangsarbeit in den Lieferketten der Unternehmen angenommen.",
    "es": "La Comisión ha adoptado directrices sobre el trabajo forzoso en las cadenas de suministro de las empresas.",
    "pt": "A Comissão adotou orientações sobre o trabalho forçado nas cadeias de abastecimento das empresas.",
    "it": "La Commissione ha adottato linee guida sul lavoro forzato nelle catene di fornitura delle imprese.",
    "nl": "De Commissie heeft richtsnoeren over dwangarbeid in de toeleveringsketens van ondernemingen vastgesteld.",
    "sv": "Kommissionen har antagit riktlinjer om tvångsarbete i företagens leveranskedjor och hur de ska tillämpas.",
    "da": "Kommissionen har vedtaget retningslinjer om tvangsarbejde i virksomhedernes kæder af hensyn til loven.",
    "no": "Kommisjonen har vedtatt retningslinjer om tvangsarbeid i virksomhetenes leverandørkjeder, og de følges.",
    "fi": "Komissio on hyväksynyt suuntaviivat pakkotyöstä yritysten toimitusketjuissa, ja ne tulevat voimaan.",
    "pl": "Komisja przyjęła wytyczne w sprawie pracy przymusowej w łańcuchach dostaw przedsiębiorstw.",
    "cs": "Komise přijala pokyny k nucené práci v dodavatelských řetězcích podniků, které se použijí od ledna.",
    "sk": "Komisia prijala usmernenia o nútenej práci v reťazcoch podnikov, ktoré sa uplatňujú od januára.",
    "hu": "A Bizottság iránymutatást fogadott el a kényszermunkáról, és az a vállalatok ellátási láncaira vonatkozik.",
    "ro": "Comisia a adoptat orientări privind munca forțată în lanțurile de aprovizionare ale întreprinderilor.",
    "id": "Pemerintah telah menetapkan pedoman tentang kerja paksa dalam rantai pasok dan bisa dikenai sanksi.",
    "ms": "Kerajaan telah menerima pakai garis panduan mengenai buruh paksa kerana mereka boleh didenda.",
    "vi": "Chính phủ đã ban hành hướng dẫn về lao động cưỡng bức trong chuỗi cung ứng của các doanh nghiệp.",
    "tr": "Komisyon, şirketlerin tedarik zincirlerinde zorla çalıştırma ile ilgili bir rehber kabul etti ve bu.",
    "el": "Η Επιτροπή ενέκρινε κατευθυντήριες γραμμές για την καταναγκαστική εργασία.",
    "ru": "Комиссия приняла руководство о принудительном труде в цепочках поставок, и это было сделано.",
    "uk": "Комісія прийняла настанови щодо примусової праці в ланцюгах постачання, які є обов'язковими.",
    "ar": "اعتمدت المفوضية مبادئ توجيهية بشأن العمل القسري في سلاسل التوريد",
    "hi": "आयोग ने आपूर्ति श्रृंखलाओं में जबरन श्रम पर दिशानिर्देश अपनाए",
    "th": "คณะกรรมาธิการรับรองแนวทางเกี่ยวกับแรงงานบังคับในห่วงโซ่อุปทาน",
    "ja": "委員会は、サプライチェーンにおける強制労働に関する指針を採択した。",
    "zh": "委员会通过了关于供应链中强迫劳动的指南。",
    "ko": "위원회는 공급망의 강제노동에 관한 지침을 채택했다.",
}


@pytest.mark.parametrize(("lang", "text"), TEXTS.items())
def test_a_sentence_shows_its_language(lang: str, text: str) -> None:
    assert found_language("", text) == lang


@pytest.mark.parametrize("text", ["", "12345 !!!", "\x00"])
def test_a_text_without_words_has_no_language(text: str) -> None:
    assert found_language(text, text) == UNKNOWN


def test_a_foreign_name_does_not_change_the_language() -> None:
    assert (
        found_language(
            "Guidance on 強制労働", "The ministry of Japan (経済産業省) has published guidance for companies."
        )
        == "en"
    )
