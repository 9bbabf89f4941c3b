"""The columns of ledgers as towns send them in, under all the headers that they go by."""

from fugong.core.workbooks.fields import Choice, Field

SIZES = (
    Choice("above-scale", "规上", "above-scale", ("规上工业", "规上企业", "规模以上", "规上工业企业")),
    Choice("above-quota", "限上", "above-quota", ("限上商贸", "限上服务业", "限上企业", "限额以上")),
    Choice(
        "small", "规下", "small", ("规下限下", "限下", "小微", "小微企业", "规模以下", "个体户", "个体工商户")
    ),
)
SYSTEMS = (
    Choice("wgs84", "WGS-84", "WGS-84", ("WGS84", "CGCS2000", "国家2000", "84坐标", "GPS")),
    Choice("gcj02", "GCJ-02", "GCJ-02", ("GCJ02", "火星坐标", "高德", "腾讯", "高德坐标")),
    Choice("bd09", "BD-09", "BD-09", ("BD09", "百度", "百度坐标")),
)

FIELDS = (
    Field(
        "name",
        "企业名称",
        "name",
        ("单位名称", "企业(单位)名称", "公司名称", "企业全称", "名称"),
        "name",
        required=True,
    ),
    Field(
        "credit_code",
        "统一社会信用代码",
        "credit code",
        ("社会信用代码", "信用代码", "统一信用代码", "营业执照号"),
        "credit_code",
    ),
    Field(
        "village",
        "所属村居",
        "village",
        (
            "所属村（社区、园区）",
            "村(社区)",
            "村（社区）",
            "村居",
            "所属村社区",
            "所属社区",
            "所在村居",
            "所属区域",
            "片区",
        ),
    ),
    Field(
        "address", "详细地址", "address", ("地址", "经营地址", "生产经营地址", "企业地址", "住所"), "address"
    ),
    Field("industry_code", "行业代码", "industry code", ("国民经济行业代码", "行业分类代码")),
    Field("industry", "行业", "industry", ("所属行业", "行业类别", "行业名称", "企业类型", "主营业务")),
    Field("size", "规模", "size class", ("企业规模", "规模类型", "规上/限上"), "choice", choices=SIZES),
    Field("above_scale", "规上", "is above-scale", ("是否规上", "规上企业", "规上工业企业"), "yes_no"),
    Field("above_quota", "限上", "is above-quota", ("是否限上", "限上企业", "限上商贸企业"), "yes_no"),
    Field("is_key", "重点企业", "key enterprise", ("是否重点", "是否重点企业"), "yes_no"),
    Field(
        "headcount",
        "员工人数",
        "head count",
        ("职工总数", "在册人数", "在册员工数", "员工总数", "用工人数", "职工人数", "从业人员", "人数"),
        "count",
    ),
    Field(
        "staff_from_affected_areas",
        "疫区人员",
        "staff from affected areas",
        (
            "来自疫区人数",
            "鄂籍员工",
            "湖北籍",
            "湖北籍员工",
            "鄂籍人数",
            "湖北籍人数",
            "疫区员工数",
            "重点地区人员",
        ),
        "count",
    ),
    Field("fever", "发热", "staff with fever", ("发热人数", "发烧人数"), "count"),
    Field("cough", "咳嗽", "staff with cough", ("咳嗽人数",), "count"),
    Field(
        "staff_with_symptoms",
        "有症状人数",
        "staff with symptoms",
        ("发热咳嗽人数", "发热、咳嗽人数", "异常人数"),
        "count",
    ),
    Field(
        "dormitory_people",
        "住宿人数",
        "people in dormitories",
        ("宿舍人数", "集体宿舍人数", "宿舍住宿人数"),
        "count",
    ),
    Field(
        "dormitory_places", "宿舍床位", "dormitory places", ("床位数", "宿舍床位数", "宿舍可住人数"), "count"
    ),
    Field("origins", "来源省份数", "provinces of origin", ("员工来源省份数", "来源地数"), "count"),
    Field("mask_days", "口罩可用天数", "days of masks", ("口罩储备天数", "口罩天数"), "count"),
    Field("is_enclosed", "封闭场所", "enclosed premises", ("是否封闭", "是否密闭", "密闭空间"), "yes_no"),
    Field(
        "has_constant_temperature",
        "恒温车间",
        "constant-temperature workshop",
        ("是否恒温车间", "有无恒温车间"),
        "yes_no",
    ),
    Field("has_emergency_plan", "应急预案", "emergency plan", ("有无应急预案", "是否有应急预案"), "yes_no"),
    Field(
        "has_named_lead",
        "防疫负责人",
        "named person in charge",
        ("是否明确负责人", "有无防疫负责人"),
        "yes_no",
    ),
    Field("measures_in_force", "已采取措施", "measures in force", ("已落实措施", "防控措施", "防疫措施")),
    Field(
        "resumption_planned_on",
        "计划复工时间",
        "planned resumption",
        ("拟复工日期", "计划复工日期", "拟复工时间", "预计复工时间", "复工时间", "复工日期"),
        "date",
    ),
    Field(
        "contact_name",
        "联系人",
        "contact",
        ("姓名", "联系人姓名", "负责人", "企业负责人", "法人", "法定代表人"),
    ),
    Field("contact_duty", "联系人职务", "duty of the contact", ("职务",)),
    Field(
        "contact_phone",
        "联系电话",
        "phone",
        ("电话", "手机", "手机号", "联系方式", "联系人电话", "手机号码"),
        "phone",
    ),
    Field("longitude", "经度", "longitude", ("东经", "lng", "lon", "X坐标"), "number"),
    Field("latitude", "纬度", "latitude", ("北纬", "lat", "Y坐标"), "number"),
    Field(
        "coordinates_given",
        "坐标系",
        "coordinate system",
        ("坐标类型", "坐标系统"),
        "choice",
        choices=SYSTEMS,
    ),
)
