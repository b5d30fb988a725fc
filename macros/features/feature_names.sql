{#- The features: the columns of customer_features that models can use, and those of the project's own
    feature models. The feature catalog has a row for each of them, and a test holds the two equal. -#}
{% macro feature_names() %}
    {{ return(covey.with_own_features([
        'recency_days', 'order_count', 'monetary', 'average_order_value',
        'orders_per_active_month', 'days_since_first_order', 'items_per_order',
        'discount_share', 'coupon_order_share', 'refund_share', 'category_entropy',
        'session_count', 'average_session_minutes', 'pages_per_session', 'bounce_share',
        'product_view_count', 'search_count', 'engagement_velocity', 'days_since_last_session',
        'session_conversion_rate', 'cart_count', 'cart_abandonment_share', 'message_count',
        'open_rate', 'click_rate', 'click_to_open_rate', 'unsubscribe_count',
        'store_order_share', 'store_visit_count', 'loyalty_scan_count', 'age_years',
        'tenure_days',
    ])) }}
{% endmacro %}
