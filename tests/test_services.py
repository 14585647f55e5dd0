"""Which named services a document says were interrupted, and which it only names."""

import pytest
import taggers

from meoktong.catalog import load
from meoktong.models import Document, Kind
from nlp import unnamed
from nlp.tagger import tag


@pytest.fixture(autouse=True)
def _rules(monkeypatch: pytest.MonkeyPatch) -> None:
    taggers.by_rules_alone(monkeypatch)


def services(text: str, kind: Kind) -> tuple[set[str], set[str]]:
    annotation = tag(Document(url="x", source="x", kind=kind, title="", text=text, published_reason="invented"))
    return (
        {label.id for label in annotation.services_affected},
        {label.id for label in annotation.services_mentioned},
    )


def test_a_paper_on_profits_that_recalls_an_outage_means_the_company_s() -> None:
    text = "매출은 3조원이다. 회사는 1월에 유선 인터넷이 여러 차례 끊긴 데 대한 지원금을 2분기에 반영한다."
    document = Document(
        url="x",
        source="x",
        kind=Kind.NEWS,
        title="LG유플러스 1분기 영업이익 2천억원",
        text=text,
        published_reason="invented",
    )
    assert [label.id for label in tag(document).services_affected] == ["lgu"]


@pytest.mark.parametrize(
    ("text", "affected", "mentioned"),
    [
        # outages are counted
        ("간편결제 장애가 58건 났다. 토스가 31건, 카카오페이 24건이었다.", {"toss", "kakao_pay"}, set()),
        ("장애를 겪은 앱은 배달의민족(48%), 요기요(33%) 순이었다.", {"baemin", "yogiyo"}, set()),
        ("배달앱 장애가 잦다. 앱별로는 배달의민족이 가장 많았고 요기요가 뒤를 이었다.", {"baemin", "yogiyo"}, set()),
        (
            "은행 앱 장애가 잦다. 국민은행 66건, 신한은행 59건 순이었다. 토스뱅크도 7건을 냈다.",
            {"bank", "toss"},
            set(),
        ),
        # all that a provider runs stopped, but not what it gives away or what runs on its own
        ("카카오가 멈췄다. 꽃집은 톡채널로 받기로 한 부케 상담 5건을 놓쳤다.", {"kakao", "kakao_channel"}, set()),
        ("카카오가 멈췄다. 회사는 멜론 이용권을 사흘 늘려 준다.", {"kakao"}, {"melon"}),
        ("카카오가 멈췄다. 카카오뱅크는 별도 전산센터를 쓴다.", {"kakao"}, {"kakao_bank"}),
        # a cloud is to blame
        ("챗GPT가 멈췄다. 원인은 클라우드플레어였다.", {"ai_chatbot", "cloud_other"}, set()),
        # people tell of it elsewhere
        ("카카오톡이 멈췄다. 엑스에는 화면이 멈췄다는 글이 쏟아졌다.", {"kakaotalk"}, {"x_twitter"}),
        # other things are
        (
            "카카오톡 장애가 났다. 앱 순위에서는 텔레그램이 1위, 토스뱅크가 뒤를 이었다.",
            {"kakaotalk"},
            {"other", "toss"},
        ),
        # a means that failed
        ("카카오톡이 먹통이 됐다. 하객들은 카카오페이로 축의금을 보내지 못했다.", {"kakaotalk", "kakao_pay"}, set()),
        ("카카오톡이 먹통이 됐다. 하객들은 토스로 축의금을 보냈다.", {"kakaotalk"}, {"toss"}),
        (
            "카카오톡이 먹통이 됐다. 톡채널로 문의를 받던 가게는 손님을 놓쳤고 예약을 받지 못했다.",
            {"kakaotalk", "kakao_channel"},
            set(),
        ),
        # other words for it, which alone make no outage
        ("카카오 서비스가 중단됐다. 다음 메일은 아직 그대로다.", {"kakao", "daum"}, set()),
        ("카카오톡이 먹통이 됐다. 국민신문고가 닫혀 있다.", {"kakaotalk", "gov_service"}, set()),
        ("카카오톡이 먹통이 됐다. 텔레그램은 별 탈 없이 돌아갔다.", {"kakaotalk"}, {"other"}),
        ("국민신문고가 닫혀 있다.", set(), {"gov_service"}),
        # what is told of both
        ("통신이 끊겨 제로페이도, 계좌로 보내려던 국민은행 앱도 열리지 않았다.", {"simple_pay", "bank"}, set()),
        # what the text goes on to call it
        (
            "한메일은 폰에서 되지만 다음 메일은 먹통이다. 톡스토어에서 감을 판다. 스토어가 열리지 않는다.",
            {"daum", "kakao_shopping"},
            set(),
        ),
        ("카카오톡이 멈췄다. 텔레그램에서는 지연이 거의 없었다.", {"kakaotalk"}, {"other"}),
        # the company speaks of the reason, or brings its services back
        ("카카오톡이 멈췄다. 카카오는 내부 시스템 오류가 원인이라고만 밝혔다.", {"kakaotalk"}, set()),
        ("카카오톡이 멈췄다. 당시 네이버는 몇 시간 만에 대부분의 서비스를 되살렸다.", {"kakaotalk", "naver"}, set()),
        # how long ago it was is no fear, whatever is feared since
        ("챗GPT가 멈췄다. AWS가 멈춘 지 한 달 만이라 걱정하는 목소리가 나온다.", {"ai_chatbot", "aws"}, set()),
        # a list with a name that nobody knows
        ("11번가, 한들신문, 네이버 메일 등 여러 사이트가 접속 장애를 겪었다.", {"marketplace", "naver"}, set()),
        # where people complain
        ("네이버 지도가 멈췄다. 정부24 게시판에는 불만이 잇따랐다.", {"naver_map"}, {"gov_service"}),
        ("네이버 지도가 멈췄다. 치지직 채팅창은 환불하라는 말로 도배됐다.", {"naver_map"}, {"naver_content"}),
        # no name at all
        ("가평의 펜션 예약 앱이 먹통이 됐다.", {"travel_booking"}, set()),
        ("지난 3일 물류 전산이 멈춰 트럭이 줄을 섰다. 이 물류 전산은 랜섬웨어에 걸렸다.", {"other"}, set()),
        ("대학 학사행정 포털이 사흘째 열리지 않는다.", {"education"}, set()),
        # what a name already stands for
        ("숙박 예약 앱 야놀자가 먹통이 됐다.", {"travel_booking"}, set()),
        ("카카오T가 먹통이 됐다. 택시 호출 앱이 멈추자 시민들이 발을 굴렀다.", {"kakao_t"}, set()),
        ("카카오톡이 먹통이 됐다. 은행 앱은 정상이었다.", {"kakaotalk"}, {"bank"}),
        # words for falling down
        ("카카오톡 장애가 났다. 티머니고 앱은 밤새 드러누웠다.", {"kakaotalk", "transit_pay"}, set()),
        (
            "카카오톡 장애가 났다. 톡채널로 문의를 받던 가게는 이틀째 대답을 못 했다.",
            {"kakaotalk", "kakao_channel"},
            set(),
        ),
        ("카카오톡 장애가 났다. 네이버 지도는 여느 때처럼 길을 알려 줬다.", {"kakaotalk"}, {"naver_map"}),
        # a rival, and what a short message said
        ("요기요가 먹통이 됐다. 경쟁 앱 배달의민족은 주문이 늘었다고 밝혔다.", {"yogiyo"}, {"baemin"}),
        ("유튜브가 먹통이 됐다. 회사는 트위터에 '돌아왔다'고만 알렸다.", {"youtube"}, {"x_twitter"}),
        # what lay in it
        ("카카오톡 장애가 났다. 톡채널에 쌓인 주문 글은 열리지 않았다.", {"kakaotalk", "kakao_channel"}, set()),
        ("네이버 지도 서버가 잘못돼 위치가 수백 미터씩 어긋났다. 앱도 멈췄다.", {"naver_map"}, set()),
        # a cut cable, and nothing that comes
        ("통신 장애가 났다. 굴착기가 SK브로드밴드 광케이블을 끊었다.", {"skt"}, set()),
        ("카카오 서비스가 중단됐다. 저녁 내내 카카오T는 콜이 한 건도 없었다.", {"kakao", "kakao_t"}, set()),
        # how long a company was out, in between; what others drifted to; who owns it
        ("네이버가 8일 오전 9시부터 15분 동안 앱에서 멎었다. 검색은 구글로 쏠렸다.", {"naver"}, {"google"}),
        ("토스와 당근이 멈췄다. 당근에서는 중고 물건 대화가 오가지 않았다.", {"toss", "marketplace"}, set()),
        ("SK텔레콤이 대주주인 11번가가 멈췄다.", {"marketplace"}, set()),
        ("카카오맵이 멈췄고 구글 지도는 더 오래 걸렸다.", {"kakao_map", "google"}, set()),
        ("구글 클라우드가 멈췄다. AWS에서는 이상이 발견되지 않았다.", {"cloud_other"}, {"aws"}),
        # what is only suspected, or out of reach; a failure that another one's mistake brought; where people vent
        (
            "챗GPT가 멈췄다. 클라우드플레어 장애가 또 터진 것 아니냐는 말이 나왔다.",
            {"ai_chatbot"},
            {"cloud_other"},
        ),
        ("클라우드플레어가 낸 실수로 업비트가 열리지 않았다.", {"cloud_other", "crypto_exchange"}, set()),
        ("스타벅스 앱이 멈췄다. 고객들은 인스타그램에 빈 화면을 찍어 올렸다.", {"other"}, {"meta"}),
        ("코레일톡 '멈칫'이 30분 이어졌다. 예매 앱 '멈칫'에 승객이 몰렸다.", {"transit_pay"}, set()),
        ("카톡이 먹통이라고 챗GPT에 물어봤다.", {"kakaotalk"}, {"ai_chatbot"}),
        (
            "학원은 알림톡으로 안내를 걸어 놨는데 전부 대기에서 멈췄다. 카톡은 멀쩡했다.",
            {"kakao_alimtalk"},
            {"kakaotalk"},
        ),
        ("새벽에 AWS가 멈췄다. 구글이나 넷플릭스 같은 해외 업체도 이 클라우드를 쓴다.", {"aws"}, set()),
        ("무인 발권기가 꺼졌다. 시외버스 예매 앱 '타고가'도 열리지 않았다.", {"transit_pay"}, set()),
        # a law's name
        ("'카카오 먹통 방지법'이 국회를 통과했다.", set(), {"kakao"}),
        ("카카오가 새 데이터센터를 짓는다.", set(), set()),
    ],
)
def test_services_of_news(text: str, affected: set[str], mentioned: set[str]) -> None:
    assert services(text, Kind.NEWS) == (affected, mentioned)


@pytest.mark.parametrize(
    ("text", "affected", "mentioned"),
    [
        ("챗지피티고 트위터고 전부 500 에러만 나와요", {"ai_chatbot", "x_twitter"}, set()),
        ("아임웹 접속불가. 손님이 인스타 광고로 들어오는데 못 봐요", {"shop_hosting"}, {"meta"}),
        ("어제부터 톡스토어 주문 목록이 통째로 비어 보여요", {"kakao_shopping"}, set()),
        ("인스타 사진 깨져서 나오는 분 계신가요", {"meta"}, set()),
        ("지메일로 과제 보내야 되는데 전송이 안돼요", {"google"}, set()),
        ("윈도우를 다 죽인 업데이트 때문에 발권 먹통", {"azure"}, set()),
        ("카톡 먹통. 톡톡은 되니까 그걸로 연락 주세요", {"kakaotalk"}, {"naver_talktalk"}),
        ("KT 인터넷 죽음. 다행히 폰은 SKT라 핫스팟 켜서 결제 받는중", {"kt"}, {"skt"}),
        ("네이버지도 안열려서 손님들께 티맵 찍고 오시라 했어요", {"naver_map"}, {"other"}),
        ("카톡 안됨. 인스타 스토리로 오늘 쉰다고 올렸어요", {"kakaotalk"}, {"meta"}),
        ("쿠팡이츠 파트너 앱 뻗어서 배민 켜서 두건 하고 왔어요", {"coupang_eats"}, {"baemin"}),
        (
            "이니시스 결제창 하얌\n고도몰 쓰는 잡화몰입니다\n카드 누르면 하얀 화면만 떠요",
            {"card_network"},
            {"shop_hosting"},
        ),
        ("롤 접속 안됨 인터넷은 KT인데 회선 문제는 아니래요", {"game"}, {"kt"}),
        ("배민 먹통이에요\n스스는 칼같이 들어왔던데\n오늘도 안 돼요", {"baemin"}, {"naver_smartstore"}),
        ("크트 인터넷 또 사망. 슼 폰 빌려서 겨우 주문 받음", {"kt"}, {"skt"}),
        ("인스타 튕기더니 안 열림. 트위터 와보니 다들 여기 있음", {"meta"}, {"x_twitter"}),
        (
            "카페24 쓰시는 분들 지금 들어가지나요?\n주문이 하나도 안 보여요\n고도몰 쓰는 동생은 멀쩡하다고 하고",
            {"shop_hosting"},
            set(),
        ),
        ("토스 송금이 안돼요 ㅠ 당근 거래하다가 20분 서 있었네요", {"toss"}, {"marketplace"}),
        ("티빙 먹통이라 네이버 검색해서 문자중계로 봄", {"streaming"}, {"naver"}),
        # a line is its carrier's
        ("인터넷이 끊겨 배민 주문을 못 받음. KT는 위로금 얘기뿐이래요", {"baemin", "kt"}, set()),
        ("폰이 안 터지고 배민도 먹통이네요. 옆자리 KT는 잘만 되던데", {"baemin"}, {"kt"}),
        ("인터넷이 안 열려서 KT 인터넷 문제인줄 알고 핫스팟 켰는데 유튜브가 먹통이었네요", {"youtube"}, {"kt"}),
    ],
)
def test_services_of_posts(text: str, affected: set[str], mentioned: set[str]) -> None:
    assert services(text, Kind.POST) == (affected, mentioned)


def test_services_without_a_name_are_those_of_the_catalog() -> None:
    assert set(unnamed._compiled().purposes) <= set(load().services)
