{#- What covey knows of each vendor: the formats that its export is made in, whether it takes lists
    (one entry per audience and member) or profiles (one per customer, with all its audiences), the
    most rows of a file or request by its documentation, and the attributes that it is sent: when one
    of them changes, the member is an update. docs/activate-audiences.md names the pages. -#}
{% macro destination_vendors() %}
    {%- set segment = ['segment_name', 'persona_id'] -%}
    {%- set contact = [
        'email', 'phone', 'first_name', 'last_name', 'country', 'language'
    ] + segment -%}
    {%- set postal = ['email', 'phone', 'first_name', 'last_name', 'postal_code', 'country'] -%}
    {{ return({
        'google_customer_match': {
            'formats': ['csv'], 'takes': 'lists', 'attributes': postal, 'max_rows': none,
        },
        'meta_custom_audience': {
            'formats': ['csv'], 'takes': 'lists', 'attributes': postal + ['city'],
            'max_rows': 10000,
        },
        'braze': {
            'formats': ['jsonl'], 'takes': 'profiles', 'attributes': contact, 'max_rows': none,
        },
        'klaviyo': {
            'formats': ['jsonl'], 'takes': 'profiles', 'attributes': contact, 'max_rows': 10000,
        },
        'salesforce_marketing_cloud': {
            'formats': ['csv'], 'takes': 'profiles', 'attributes': contact, 'max_rows': none,
        },
        'hubspot': {
            'formats': ['csv'], 'takes': 'profiles', 'attributes': contact, 'max_rows': 1048576,
        },
        'iterable': {
            'formats': ['jsonl'], 'takes': 'profiles', 'attributes': contact, 'max_rows': none,
        },
        'mailchimp': {
            'formats': ['jsonl'], 'takes': 'profiles', 'attributes': contact, 'max_rows': 500,
        },
        'segment': {
            'formats': ['jsonl'], 'takes': 'profiles', 'attributes': contact, 'max_rows': none,
        },
        'rudderstack': {
            'formats': ['jsonl'], 'takes': 'profiles', 'attributes': contact, 'max_rows': none,
        },
        'adobe_target': {
            'formats': ['csv'], 'takes': 'profiles', 'attributes': segment, 'max_rows': 500000,
        },
        'dynamic_yield': {
            'formats': ['csv'], 'takes': 'profiles', 'attributes': segment, 'max_rows': none,
        },
        'generic': {
            'formats': ['csv', 'jsonl', 'parquet'], 'takes': 'lists', 'attributes': segment,
            'max_rows': none,
        },
    }) }}
{% endmacro %}
