"""Amounts as merchants and journalists write them: glued to the next word, in words, as ranges of two units."""

import pytest
from readings import reading

from nlp import quantities

# text = value, or the two values of a range
MORE_AMOUNTS = {
    "money": """
월 만천원씩 낸다 = 11000 / 이만구천원 날림 = 29000 / 오만오천원 벌던 = 55000 / 하루 30만은 나오던 가게 = 300000
금요일이면 18만은 찍는데 = 180000 / 8000원에서 많게는 800만원 = 8000-8000000
""",
    "duration": """
납기가 하루 밀림 = 1440 / 마감을 하루 늦췄다 = 1440 / 정산이 하루 늦게 들어왔다 = 1440 / 하루를 허비했다 = 1440
하루가 채 안 됐는데 = 1440
이용권 5일 연장 = 7200 / 정산이 5일 밀렸다 = 7200 / 7일 이상이면 = 10080 / 꼬박 18일이 걸렸다 = 25920
예정보다 2일 늦게 = 2880
한 달째 먹통 = 43200 / 2주째 기다린다 = 20160 / 두달됨 = 86400 / 20년 기다린 우승 = 10512000
깔린 지 20년이 넘은 케이블 = 10512000 / 30분기다렸는데 = 30 / 2시간먹통이라니 = 120
1~2일이면 복구된다 = 1440-2880
하루에서 이틀 걸린다 = 1440-2880 / 30분에서 1시간가량 = 30-60 / 20분~12시간 = 20-720
20분에서 1시간 10분까지 = 20-70
짧게는 10분에서 길게는 2시간 = 10-120
""",
    "count": """
콜센터에 온 것은 28개다 = 28 / 오늘 주문 달랑 2건요 = 2 / 글이 1,120개인데 = 1120 / 손님 4팀취소 = 4
통신 3사가 모두 = 3
6인 회사 = 6 / 전국 5천여 영업점 = 5000 / 나머지 2700만 전체 가입자 = 27000000 / 코스피 950여 종목 = 950
밀린 음료가 650잔 = 650
시험지 600부 = 600 / 책 300권 = 300 / 재고 40벌 = 40 / 떡볶이 두 접시값 = 2 / 오늘 한콜 = 1
매장 서른 자리 = 30
좌석 84대 규모 = 84 / PC방은 90대 가운데 = 90 / 60대가 꽉 찬다 = 60 / 서버 68대 이상 = 68 / CCTV 40여대 = 40
전화를 두 대 쓴다 = 2 / 단골 40여 분께 전화 = 40 / 팀원 넷이 논다 = 4
""",
}


@pytest.mark.parametrize(
    ("kind", "line"),
    [(kind, form) for kind, forms in MORE_AMOUNTS.items() for form in forms.replace("\n", " / ").split(" / ") if form],
)
def test_more_amounts(kind: str, line: str) -> None:
    text, values = line.split(" = ")
    (found,) = quantities.find(reading(text, None))
    ends = [found.value] if found.high is None else [found.value, found.high]
    assert [found.kind, *ends] == [kind, *map(float, values.split("-"))]
